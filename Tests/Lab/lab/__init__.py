"""Reel on the kernel's real drivers, without hardware: in a virtual machine."""
