"""What was done, what Reel did: a line each as it comes, and the table of docs/lab.md."""
import platform
import time

from faults.program import PROJECT

from .packages import os_release

DOCUMENT = PROJECT / "docs" / "lab.md"
BEGIN, END = "<!-- tried -->", "<!-- /tried -->"


class Report:
    def __init__(self):
        self.rows = []
        self.begun = time.monotonic()
        self._scenario = None

    def scenario(self, name, about):
        self._scenario = about
        print(f"\n{name}: {about}", flush=True)

    def trial(self, what, seconds, said="", failed=None):
        self.rows.append((self._scenario, what, said, failed, seconds))
        print(f"{'FAIL' if failed else 'ok':4}  {what}: {failed or said}  [{seconds:.0f} s]", flush=True)

    def write(self, packages, accelerator):
        """Puts the table between its marks."""
        lines = [
            f"{time.strftime('%Y-%m-%d %H:%M UTC', time.gmtime())}, Linux {packages.release} under QEMU ({accelerator}) on "
            f"{os_release().get('PRETTY_NAME', platform.system())}:", ""]
        last = None
        for scenario, what, said, failed, seconds in self.rows:
            if scenario != last:
                lines += ["", f"### {scenario[0].upper()}{scenario[1:]}", "", "| what was done | what Reel did | s |", "|---|---|---:|"]
                last = scenario
            words = " ".join((f"**fails:** {failed}" if failed else said).split()).replace("|", "\\|")
            lines.append(f"| {what} | {words} | {seconds:.0f} |")
        text = DOCUMENT.read_text()
        before, after = text[: text.index(BEGIN) + len(BEGIN)], text[text.index(END):]
        DOCUMENT.write_text("\n".join([before, *lines, after]))

    def finish(self):
        failed = [row for row in self.rows if row[3]]
        print(f"\n{len(self.rows)} tried, {len(failed)} failed, in {time.monotonic() - self.begun:.0f} s")
        for scenario, what, _, reason, _ in failed:
            print(f"failed: {scenario}: {what}: {reason}")
        return 1 if failed else 0
