"""USB devices that the kernel plays to itself: gadgets of configfs on dummy_hcd, a cable each that can be pulled."""
import contextlib
from pathlib import Path

from .kernel import settle, wait_for

GADGETS = Path("/sys/kernel/config/usb_gadget")


class SerialGadget:
    """A serial port as a motor board has it (CDC ACM). `tty` is the device's side, `by_id` the computer's."""

    def __init__(self, number, serial):
        self.number, self.serial = number, serial
        self.directory = GADGETS / f"arm{number}"
        self.by_id = Path(f"/dev/serial/by-id/usb-Reel_Lab_Arm_{serial}-if00")
        for path in ("", "strings/0x409", "configs/c.1", "functions/acm.0"):
            (self.directory / path).mkdir(exist_ok=True)
        self._write("idVendor", "0x1a86")
        self._write("idProduct", "0x55d3")
        self._write("strings/0x409/manufacturer", "Reel")
        self._write("strings/0x409/product", "Lab Arm")
        self._write("strings/0x409/serialnumber", serial)
        link = self.directory / "configs/c.1/acm.0"
        if not link.is_symlink():
            link.symlink_to(self.directory / "functions/acm.0")
        self.tty = wait_for(f"/dev/ttyGS{(self.directory / 'functions/acm.0/port_num').read_text().strip()}")

    def _write(self, name, text):
        (self.directory / name).write_text(text + "\n")

    def plug_in(self):
        self._write("UDC", f"dummy_udc.{self.number}")
        wait_for(self.by_id)
        settle()
        return self.port

    def unplug(self):
        with contextlib.suppress(OSError):
            self._write("UDC", "")
        wait_for(self.by_id, there=False)

    @property
    def port(self):
        """The computer's name of it now: /dev/ttyACM0."""
        return Path("/dev") / self.by_id.readlink().name

    def remove(self):
        with contextlib.suppress(OSError):
            self._write("UDC", "")
        for path in ("configs/c.1/acm.0",):
            (self.directory / path).unlink(missing_ok=True)
        for path in ("configs/c.1", "functions/acm.0", "strings/0x409", ""):
            with contextlib.suppress(OSError):
                (self.directory / path).rmdir()
