"""A process that starts the portal quickly and kills it with -9: Django is loaded once, each gunicorn is a fork.

Reads a line: a port starts the portal there with two workers, ``kill`` kills it with all its workers. Answers ``ok``.
"""

import os
import signal
import sys


def serve(port: int) -> None:
    from gunicorn.app.base import BaseApplication

    from governance.project.wsgi import application

    class Office(BaseApplication):
        def load_config(self) -> None:
            for name, value in {
                "bind": f"127.0.0.1:{port}",
                "workers": 2,
                "worker_class": "gthread",
                "threads": 4,
                "reuse_port": True,
                "loglevel": "critical",
                "control_socket_disable": True,
            }.items():
                self.cfg.set(name, value)

        def load(self):
            return application

    Office().run()


def main() -> None:
    import django

    django.setup()
    from governance.project.wsgi import application  # noqa: F401 - as in an office that has been open for a while

    print("ready", flush=True)
    group = 0
    for line in sys.stdin:
        if line.strip() == "kill":
            os.killpg(group, signal.SIGKILL)
            os.waitpid(group, 0)
        else:
            group = os.fork()
            if group == 0:
                os.setsid()
                sys.argv = ["office"]
                serve(int(line))
                os._exit(0)
        print("ok", flush=True)


if __name__ == "__main__":
    main()
