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
  /// Address space for `expected` bytes; more is taken where it does not do.
  explicit ProtobufMessage(std::size_t expected = 0) { bytes_.reserve(expected); }

  void integer(ProtobufField field, std::uint64_t value);        ///< (u)int32, (u)int64, an enum.
  void signed_integer(ProtobufField field, std::int64_t value);  ///< sint32, sint64.
  void number(ProtobufField field, double value);                ///< double.
  void text(ProtobufField field, std::string_view value);        ///< string, valid UTF-8.

  /// A nested message, whose fields `write()` adds, or a packed list, whose elements it adds.
  template <class Write>
  void nested(ProtobufField field, const Write& write) {
    const std::size_t begin = open(field);
    write();
    close(begin);
  }

  /// An element of a packed list of sint32 or sint64.
  void signed_element(std::int64_t value);

  /// Opens a message with its length before it and no field's key: what close() or drop() ends.
  std::size_t open();
  void close(std::size_t begin);
  void drop(std::size_t begin) { size_ = begin; }  ///< As if open() had not been called.

  /// Bytes so far.
  std::size_t size() const { return size_; }

  /// Everything written; nothing remains.
  std::string take();

 private:
  std::size_t open(ProtobufField field);
  char* room(std::size_t bytes);
  void end_at(const char* end) { size_ = static_cast<std::size_t>(end - bytes_.data()); }

  std::string bytes_;  // longer than what is written: appending to it piecemeal is slow
  std::size_t size_ = 0;
};

}  // namespace seadragon::monitoring::detail
