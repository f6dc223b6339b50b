#pragma once

namespace seadragon::alerts {

enum class ExitCode { fine = 0, failed = 1, bad_usage = 2 };

}  // namespace seadragon::alerts
