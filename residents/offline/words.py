"""What the scripts on the phone say: sentences of what happened and what to do (ux.md 10)."""

from django.utils.translation import gettext as _

from residents.visits.choices import Outcome


def phone_words() -> dict[str, str]:
    """By key, in the language of the page; ``{n}`` and the like are filled in by the scripts."""
    return {
        "draft": _("Draft"),
        "phone": _("On the phone"),
        "sending": _("Being sent"),
        "office": _("At the office"),
        "held": _("At the office, waiting for the community's check"),
        "needs": _("Needs you"),
        "saved": _("Saved on the phone"),
        "undone": _("Undone. What you typed is kept as a draft."),
        "left": _("{n} left"),
        "offline": _("No network. You can go on: it is sent by itself once there is network."),
        "offline_left": _("No network. Saved on the phone, sent by itself once there is network ({n} left)."),
        "slow": _("The network is slow. You see what this phone holds; you can go on."),
        "sending_left": _("Being sent, {n} left"),
        "waiting": _("{n} on the phone, sent by itself"),
        "unreachable": _(
            "The portal cannot be reached just now; nothing is lost. It is tried again by itself ({n} left)."
        ),
        "login": _("Please log in again: {n} on the phone are waiting. Nothing is lost."),
        "needs_you": _("{n} need your decision"),
        "old": _("{n} have been on the phone for more than a day. Please find network, or save them as a sealed file."),
        "full": _(
            "The phone's storage is full: this was not saved. Free some space, or send it while there is network."
        ),
        "unavailable": _("This browser keeps nothing for work without network. Everything is sent at once."),
        "wechat": _("Open this page in the browser to be able to work without network."),
        "ios": _("Put the portal on the home screen (Share, Add to Home Screen): otherwise the phone may clear it."),
        "numbers": _("Please take out the identity number or phone: they are not kept on a phone."),
        "wording": _("Press save again to keep it like this."),
        "photo": _("photo {percent}%"),
        "photos": _("photos: {n}"),
        "sealed": _("The sealed file is saved. Only the office can open it."),
        "no_key": _("A sealed file needs network once. Please find network first."),
        "nothing": _("Nothing is waiting."),
        "other_account": _("{n} of another account are on this phone; they are sent when it logs in again."),
        "gone": _(
            "This account no longer does field work here. What was not sent was sealed; only the office can open it."
        ),
        "gone_kept": _(
            "This account no longer does field work here. {n} on this phone are still sent; the community checks them."
        ),
        "gone_sent": _("This account no longer does field work here. All that was on this phone is at the office."),
        "leave": _("{n} are not sent yet. Send them or save them as a sealed file before you log out."),
        "leave_typed": _("{n} drafts or records that the office did not take. They are deleted when you log out."),
        "chosen": _("Decided; it is sent by itself."),
        "all_decided": _("All is decided."),
        "expired": _("The list on this phone is older than a day and was removed. Connect once to get today's."),
        "no_list": _("This phone holds no list. Connect once and log in to take it along."),
        "list_of": _("As of {moment}"),
        "not_here": _("This household is not on the list of this phone. Open it again once there is network."),
        "label.who": _("Who"),
        "label.when": _("When"),
        "label.outcome": _("Outcome"),
        "label.note": _("Note"),
        "taken_back": _("Taken back."),
        "reach": _("doors reached: {n} of {all}"),
        "kind.task.raise": _("Somebody must go there"),
        "trigger": _("Choose one of the list."),
        "kind.door.note": _("Note on a door"),
        "kind.door.tick": _("Notice told at the door"),
        "kind.door.untick": _("The tick is taken back"),
        "kind.door.help": _("Help is asked for"),
        **{f"outcome.{outcome.value}": str(outcome.label) for outcome in Outcome},
    }
