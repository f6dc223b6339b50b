#include "lib/src/protobuf_message.h"

#include <array>
#include <utility>

#include "seadragon/monitoring/detail/cells.h"

namespace seadragon::monitoring::detail {
namespace {

/// 7 bits a byte, the low ones first; the top bit says that more follow.
class Varint {
 public:
  explicit Varint(std::uint64_t value) {
    for (; value >= more; value >>= 7) add(value | more);
    add(value);
  }

  std::string_view bytes() const { return {bytes_.data(), size_}; }

 private:
  static constexpr std::uint64_t more = 0x80;

  void add(std::uint64_t byte) { bytes_[size_++] = static_cast<char>(byte); }

  std::array<char, 10> bytes_;
  std::size_t size_ = 0;
};

/// Numbers near zero, of either sign, become small ones: 0, -1, 1, -2 are 0, 1, 2, 3.
std::uint64_t zigzag(std::int64_t value) {
  return static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
}

}  // namespace

void ProtobufMessage::integer(ProtobufField field, std::uint64_t value) {
  key(field, WireType::varint);
  varint(value);
}

void ProtobufMessage::signed_integer(ProtobufField field, std::int64_t value) {
  integer(field, zigzag(value));
}

void ProtobufMessage::number(ProtobufField field, double value) {
  key(field, WireType::fixed64);
  const std::uint64_t bits = to_bits(value);
  std::array<char, sizeof bits> little_endian;
  for (std::size_t i = 0; i < little_endian.size(); ++i) {
    little_endian[i] = static_cast<char>(bits >> (8 * i));
  }
  bytes_.append(little_endian.data(), little_endian.size());
}

void ProtobufMessage::text(ProtobufField field, std::string_view value) {
  key(field, WireType::length_delimited);
  varint(value.size());
  bytes_ += value;
}

void ProtobufMessage::signed_element(std::int64_t value) { varint(zigzag(value)); }

std::size_t ProtobufMessage::open() {
  bytes_ += '\0';  // most messages are that short that their length fits here
  return bytes_.size() - 1;
}

void ProtobufMessage::close(std::size_t begin) {
  const Varint length(bytes_.size() - begin - 1);
  bytes_.replace(begin, 1, length.bytes());
}

void ProtobufMessage::drop(std::size_t begin) { bytes_.resize(begin); }

std::string ProtobufMessage::take() { return std::exchange(bytes_, {}); }

void ProtobufMessage::key(ProtobufField field, WireType type) {
  bytes_ += static_cast<char>(field << 3 | static_cast<unsigned>(type));
}

void ProtobufMessage::varint(std::uint64_t value) {
  if (value < 0x80) {
    bytes_ += static_cast<char>(value);
  } else {
    bytes_ += Varint(value).bytes();
  }
}

}  // namespace seadragon::monitoring::detail
