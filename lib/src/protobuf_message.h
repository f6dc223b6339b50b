/// The wire format of protocol buffers, as far as writing needs it.
/// Source: https://protobuf.dev/programming-guides/encoding/
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace seadragon::monitoring::detail {

/// A field's number, 1 to 15.
using ProtobufField = unsigned;

/// Messages being written, one after the other or one in the other. Each function adds a field to
/// the innermost one that is open.
class ProtobufMessage {
 public:
  void integer(ProtobufField field, std::uint64_t value);        ///< (u)int32, (u)int64, an enum.
  void signed_integer(ProtobufField field, std::int64_t value);  ///< sint32, sint64.
  void number(ProtobufField field, double value);                ///< double.
  void text(ProtobufField field, std::string_view value);        ///< string, valid UTF-8.

  /// A nested message, whose fields `write()` adds, or a packed list, whose elements it adds.
  template <class Write>
  void nested(ProtobufField field, const Write& write) {
    key(field, WireType::length_delimited);
    const std::size_t begin = open();
    write();
    close(begin);
  }

  /// An element of a packed list of sint32 or sint64.
  void signed_element(std::int64_t value);

  /// Opens a message with its length before it and no field's key: what close() or drop() ends.
  std::size_t open();
  void close(std::size_t begin);
  void drop(std::size_t begin);  ///< As if open() had not been called.

  /// Bytes so far.
  std::size_t size() const { return bytes_.size(); }

  /// Everything written; nothing remains.
  std::string take();

 private:
  enum class WireType : unsigned { varint = 0, fixed64 = 1, length_delimited = 2 };

  void key(ProtobufField field, WireType type);
  void varint(std::uint64_t value);

  std::string bytes_;
};

}  // namespace seadragon::monitoring::detail
