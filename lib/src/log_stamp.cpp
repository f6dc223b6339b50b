#include "lib/src/log_stamp.h"

#include <array>
#include <cstddef>

namespace seadragon::monitoring::detail {
namespace {

constexpr std::array<std::string_view, 4> names = {"debug", "info", "warning", "error"};
/// As Python's logging writes them, which log readers of this format know.
constexpr std::array<std::string_view, 4> text_names = {"DEBUG", "INFO", "WARNING", "ERROR"};

}  // namespace

std::string_view level_name(LogLevel level) { return names[static_cast<std::size_t>(level)]; }

void LogStamp::append_begin(std::string& out, Time time, LogLevel level) {
  const auto since_epoch = std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch());
  const auto second =
      static_cast<std::time_t>(std::chrono::floor<std::chrono::seconds>(since_epoch).count());
  const bool is_json = format_ == LogFormat::json;
  if (second != second_) {
    std::tm parts{};
    std::array<char, 64> text{};
    is_json ? ::gmtime_r(&second, &parts) : ::localtime_r(&second, &parts);
    const std::size_t size =
        std::strftime(text.data(), text.size(),
                      is_json ? R"({"time":"%Y-%m-%dT%H:%M:%S.)" : "%Y-%m-%d %H:%M:%S,", &parts);
    text_.assign(text.data(), size);
    second_ = second;
  }
  const auto milliseconds = static_cast<int>(since_epoch.count() - second * 1000);
  out += text_;
  for (int digit = 100; digit > 0; digit /= 10) {
    out += static_cast<char>('0' + milliseconds / digit % 10);
  }
  const auto index = static_cast<std::size_t>(level);
  if (is_json) {
    out.append(R"(Z","level":")").append(names[index]).append(R"(","logger":"seadragon",)");
  } else {
    out.append(" - seadragon - ").append(text_names[index]).append(" - ");
  }
}

}  // namespace seadragon::monitoring::detail
