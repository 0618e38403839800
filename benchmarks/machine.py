"""What the measurements were made on and with: no names of hosts or people, no paths."""

from __future__ import annotations

import platform
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

import psutil

from model.compiler import sources_digest

PACKAGES = ("numpy", "numba", "mesa", "agentpy")


def facts_of_machine() -> dict[str, str]:
    """Return what is known of the machine and the versions, in words."""
    import cpuinfo

    cores, processors = psutil.cpu_count(logical=False), psutil.cpu_count()
    return {
        "Processor": cpuinfo.get_cpu_info().get("brand_raw", "unknown"),
        "Cores": f"{cores or 'unknown'} ({processors} processors for the system)",
        "Memory": f"{psutil.virtual_memory().total / 2**30:.1f} GiB",
        "System": _system(),
        "Model": f"sources {sources_digest()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
        **{name: _version(name) for name in PACKAGES},
    }


def date_now() -> str:
    """Return the time now, to the minute."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def load_now() -> dict[str, float]:
    """Return the mean load of the last minute, and how busy the processors are for one second (%)."""
    return {"load": psutil.getloadavg()[0], "busy": psutil.cpu_percent(interval=1.0)}


def _system() -> str:
    if platform.system() == "Linux":
        try:
            return platform.freedesktop_os_release()["PRETTY_NAME"]
        except (OSError, KeyError):
            pass
    return f"{platform.system()} {platform.release()}"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
