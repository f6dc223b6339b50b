/// Reads pages in the protobuf format of Prometheus, by the description of its encoding alone.
/// Source: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace seadragon::tests {

inline std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<unsigned char>(bytes.at(0));
    bytes.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return value;
  }
  throw std::out_of_range("a number without end");
}

inline std::string_view take_bytes(std::string_view& bytes, std::uint64_t length) {
  if (length > bytes.size()) throw std::out_of_range("a field ends behind its message");
  const std::string_view taken = bytes.substr(0, length);
  bytes.remove_prefix(length);
  return taken;
}

inline std::int64_t from_zigzag(std::uint64_t value) {
  return static_cast<std::int64_t>(value >> 1) ^ -static_cast<std::int64_t>(value & 1);
}

/// The fields of a message. Throws where the bytes are none, or a field is not there exactly once.
/// The bytes must outlive it.
class ReadMessage {
 public:
  explicit ReadMessage(std::string_view bytes) {
    while (!bytes.empty()) {
      const std::uint64_t key = take_varint(bytes);
      Field field{static_cast<WireType>(key & 7), 0, {}};
      if (field.type == WireType::varint) {
        field.number = take_varint(bytes);
      } else if (field.type == WireType::fixed64) {
        // As on this machine: little-endian.
        std::memcpy(&field.number, take_bytes(bytes, 8).data(), 8);
      } else if (field.type == WireType::length_delimited) {
        field.bytes = take_bytes(bytes, take_varint(bytes));
      } else {
        throw std::invalid_argument("wire type " + std::to_string(key & 7));
      }
      fields_[key >> 3].push_back(field);
    }
  }

  std::size_t count(std::uint64_t field) const {
    const auto found = fields_.find(field);
    return found == fields_.end() ? 0 : found->second.size();
  }

  std::uint64_t integer(std::uint64_t field) const { return only(field, WireType::varint).number; }
  std::int64_t signed_integer(std::uint64_t field) const { return from_zigzag(integer(field)); }
  double number(std::uint64_t field) const {
    return std::bit_cast<double>(only(field, WireType::fixed64).number);
  }
  std::string_view text(std::uint64_t field) const {
    return only(field, WireType::length_delimited).bytes;
  }
  ReadMessage message(std::uint64_t field) const { return ReadMessage(text(field)); }

  std::vector<ReadMessage> messages(std::uint64_t field) const {
    std::vector<ReadMessage> all;
    if (count(field) == 0) return all;
    for (const Field& each : fields_.at(field)) all.emplace_back(each.bytes);
    return all;
  }

  std::vector<std::int64_t> packed(std::uint64_t field) const {
    std::vector<std::int64_t> all;
    for (std::string_view bytes = text(field); !bytes.empty();) {
      all.push_back(from_zigzag(take_varint(bytes)));
    }
    return all;
  }

 private:
  enum class WireType { varint = 0, fixed64 = 1, length_delimited = 2 };

  struct Field {
    WireType type;
    std::uint64_t number;
    std::string_view bytes;
  };

  const Field& only(std::uint64_t field, WireType type) const {
    if (count(field) != 1 || fields_.at(field).front().type != type) {
      throw std::out_of_range("field " + std::to_string(field));
    }
    return fields_.at(field).front();
  }

  std::map<std::uint64_t, std::vector<Field>> fields_;
};

/// Of a page: messages of which each has its length before it.
inline std::vector<ReadMessage> families(std::string_view page) {
  std::vector<ReadMessage> all;
  while (!page.empty()) all.emplace_back(take_bytes(page, take_varint(page)));
  return all;
}

using ReadLabels = std::vector<std::pair<std::string_view, std::string_view>>;

/// Of a series or an exemplar.
inline ReadLabels labels(const ReadMessage& message) {
  ReadLabels all;
  for (const ReadMessage& label : message.messages(1)) {
    all.emplace_back(label.text(1), label.text(2));
  }
  return all;
}

}  // namespace seadragon::tests
