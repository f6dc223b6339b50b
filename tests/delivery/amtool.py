"""What Alertmanager's own check says of a configuration."""

import subprocess
from pathlib import Path


def accepts(configuration: Path) -> bool:
    command = ["amtool", "check-config", configuration]
    return subprocess.run(command, capture_output=True, timeout=60).returncode == 0
