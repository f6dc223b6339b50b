/// One line of the log, put together in place.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "lib/src/log_queue.h"

namespace seadragon::monitoring::detail {

/// Takes no memory of its own; what does not fit is left out, an escape or a character as a whole.
class LogLine {
 public:
  operator std::string_view() const noexcept { return {text_.data(), size_}; }

  /// Text of ours, as it is.
  LogLine& put(std::string_view text) noexcept;
  LogLine& put(std::uint64_t number) noexcept;

  /// A time to so many decimals, at most 6, as printf would.
  LogLine& put_seconds(double seconds, int decimals) noexcept;

  /// The first `most` bytes of text of anybody's. Whatever could end the line, end a field that
  /// stands between quotes or spaces, or steer who shows it (C0 and C1 controls, quotes, `\`,
  /// bidirectional marks, spaces of any script, bytes that are no UTF-8) becomes `\x` and its
  /// bytes.
  LogLine& put_field(std::string_view text, std::size_t most) noexcept;

  /// The same for a whole message: spaces, quotes and `\` stay.
  LogLine& put_message(std::string_view text, std::size_t most) noexcept;

  /// The first `most` bytes as a JSON string (RFC 8259 section 7), the characters above as `\u`;
  /// what is no UTF-8 reads U+FFFD.
  LogLine& put_json(std::string_view text, std::size_t most) noexcept;

 private:
  enum class Manner { field, message };
  void put_escaped(std::string_view text, Manner manner) noexcept;

  std::size_t size_ = 0;
  std::array<char, LogQueue::longest_line> text_;
};

}  // namespace seadragon::monitoring::detail
