from pathlib import Path

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation.reloader import translation_file_changed

from grids.common.catalogue import compare, write

SHOWN = 200


class Command(BaseCommand):
    help = "Merge locale/parts/*.po into the catalogue that Django reads; report missing, stale and contradictory ones."
    # The catalogue is built before there is a database, and before everything else is in order.
    requires_system_checks = ()

    def add_arguments(self, parser):
        parser.add_argument(
            "--check", action="store_true", help="Write nothing new; fail unless every message has its one translation."
        )

    def handle(self, *, check: bool, verbosity: int, **options):
        root = Path(settings.BASE_DIR)
        translations, comparison = compare(root)
        groups = {
            "contradictory": comparison.contradictions,
            "without translation": comparison.missing,
            "stale, used nowhere": comparison.stale,
            "faulty": comparison.faulty,
        }
        if check or verbosity > 1:
            for title, lines in groups.items():
                for line in lines[:SHOWN]:
                    self.stderr.write(f"{title}: {line}")
        told = "; ".join(f"{len(lines)} {title}" for title, lines in groups.items() if lines)
        if check:
            if not comparison.complete:
                raise CommandError(f"{len(translations)} messages: {told}.")
            self.stdout.write(f"{len(translations)} messages, complete.")
            return
        if comparison.contradictions:
            raise CommandError("Not built:\n" + "\n".join(comparison.contradictions))
        # `make run` goes on in this process, and Django has looked for messages already: on a fresh machine, in vain.
        translation_file_changed(sender=None, file_path=write(root, translations))
        if verbosity:
            self.stdout.write(f"{len(translations)} messages compiled" + (f" ({told}; see --check)." if told else "."))
