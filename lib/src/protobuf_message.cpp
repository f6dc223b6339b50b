#include "lib/src/protobuf_message.h"

#include <algorithm>
#include <utility>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {
namespace {

enum class WireType : unsigned { varint = 0, fixed64 = 1, length_delimited = 2 };

constexpr std::size_t longest_key = 1;
constexpr std::size_t longest_varint = 10;

char* put_key(char* to, ProtobufField field, WireType type) {
  *to++ = static_cast<char>(field << 3 | static_cast<unsigned>(type));
  return to;
}

/// 7 bits a byte, the low ones first; the top bit says that more follow.
char* put_varint(char* to, std::uint64_t value) {
  constexpr std::uint64_t more = 0x80;
  for (; value >= more; value >>= 7) *to++ = static_cast<char>(value | more);
  *to++ = static_cast<char>(value);
  return to;
}

std::size_t varint_size(std::uint64_t value) {
  char bytes[longest_varint];
  return static_cast<std::size_t>(put_varint(bytes, value) - bytes);
}

/// Numbers near zero, of either sign, become small ones: 0, -1, 1, -2 are 0, 1, 2, 3.
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

}  // namespace

void ProtobufMessage::integer(ProtobufField field, std::uint64_t value) {
  char* const to = put_key(room(longest_key + longest_varint), field, WireType::varint);
  end_at(put_varint(to, value));
}

void ProtobufMessage::signed_integer(ProtobufField field, std::int64_t value) {
  integer(field, zigzag(value));
}

void ProtobufMessage::number(ProtobufField field, double value) {
  const std::uint64_t bits = to_bits(value);
  char* to = put_key(room(longest_key + sizeof bits), field, WireType::fixed64);
  for (int shift = 0; shift < 64; shift += 8) *to++ = static_cast<char>(bits >> shift);
  end_at(to);
}

void ProtobufMessage::text(ProtobufField field, std::string_view value) {
  char* to = room(longest_key + longest_varint + value.size());
  to = put_key(to, field, WireType::length_delimited);
  to = put_varint(to, value.size());
  end_at(std::ranges::copy(value, to).out);
}

void ProtobufMessage::signed_element(std::int64_t value) {
  end_at(put_varint(room(longest_varint), zigzag(value)));
}

std::size_t ProtobufMessage::open(ProtobufField field) {
  end_at(put_key(room(longest_key), field, WireType::length_delimited));
  return open();
}

std::size_t ProtobufMessage::open() {
  *room(1) = 0;  // the length, if it fits into one byte, as most do
  return size_++;
}

void ProtobufMessage::close(std::size_t begin) {
  const std::size_t length = size_ - begin - 1;
  const std::size_t more = varint_size(length) - 1;
  if (more > 0) {
    char* const end = room(more);
    std::copy_backward(end - length, end, end + more);
    size_ += more;
  }
  put_varint(bytes_.data() + begin, length);
}

std::string ProtobufMessage::take() {
  bytes_.resize(std::exchange(size_, 0));
  return std::exchange(bytes_, {});
}

/// Where to write up to `bytes` bytes, which end_at() then makes part of the message.
char* ProtobufMessage::room(std::size_t bytes) {
  if (bytes_.size() - size_ < bytes) {
    constexpr std::size_t step = 4096;  // so short that its zeros are still in the cache
    bytes_.resize(size_ + bytes + step);
  }
  return bytes_.data() + size_;
}

}  // namespace seadragon::monitoring::detail
