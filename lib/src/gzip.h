/// A gzip encoder that is told where a text repeats itself.
///
/// Nearly all of a page of metrics stands on it already: the labels on the line above, the `le` of
/// a bucket in the series before. Its renderer knows where, so that nothing need be searched for,
/// which is what compression spends its time on.
///
/// Source: RFC 1952 (gzip) and RFC 1951 (deflate).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace seadragon::monitoring::detail {

/// The `length` bytes from `at` on are those that stand `distance` bytes before each of them. With
/// a distance below the length they repeat themselves: 1 makes a run of one byte.
struct Repeat {
  std::uint32_t at;
  std::uint16_t length;
  std::uint16_t distance;  ///< At least 1.
};

/// `text` as a gzip file of one member, without name and time.
///
/// `repeats` ascend and do not overlap; every one must hold, since what inflates is what they say.
/// Those that deflate has no word for, of less than 3 bytes or from more than 32768 bytes before,
/// are ignored. At most 4 GiB of text.
std::string gzip(std::string_view text, std::span<const Repeat> repeats);

/// The same for a text whose repeats must be searched for.
std::string gzip(std::string_view text);

}  // namespace seadragon::monitoring::detail
