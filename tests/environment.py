"""Which variables belong to the portal's settings: a developer's own may not change what tests and checks see."""

from collections.abc import Mapping

SETTINGS_VARIABLES = (
    "DEBUG",
    "LIANHU_LOCAL",
    "LIANHU_SECRETS",
    "SECRET_KEY",
    "FIELD_KEYS",
    "INDEX_KEYS",
    "TRAIL_KEYS",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "PROXY_COUNT",
    "SUPERVISION_PHONE",
    "DB_POOL_SIZE",
    "EXPORT_DAY_FILES",
    "EXPORT_DAY_ROWS",
    "KEEP_READ_MESSAGES_DAYS",
    "KEEP_MESSAGES_DAYS",
    "KEEP_DOOR_NOTICES_DAYS",
    "KEEP_HELD_RECORDS_DAYS",
    "KEEP_RECORD_ANSWERS_DAYS",
    "KEEP_VISIT_PHOTOS_MONTHS",
    "KEEP_CARE_PLANS_MONTHS",
    "KEEP_LANDLORDS_MONTHS",
    "LOG_LEVEL",
    "NOTIFICATION_ADAPTERS",
    "RENTAL_RED_DAYS",
    "RENTAL_YELLOW_DAYS",
    "RENTAL_GREEN_DAYS",
)


def without_settings(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name not in SETTINGS_VARIABLES}
