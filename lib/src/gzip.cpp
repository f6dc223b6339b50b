#include "lib/src/gzip.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <cstddef>
#include <functional>
#include <memory>
#include <new>
#include <numeric>
#include <vector>

#include <libdeflate.h>

#include "lib/src/bit_writer.h"
#include "lib/src/huffman.h"

// Sections are those of RFC 1951 unless another is named.
namespace seadragon::monitoring::detail {
namespace {

// Every block has a code of its own. Long enough to pay for its header; short enough for the code
// to follow the text, and for the text to be in the cache still when it is read again.
constexpr std::size_t block_size = std::size_t{512} * 1024;

constexpr std::size_t shortest_match = 3;
constexpr std::size_t longest_match = 258;
constexpr std::size_t farthest_match = 32768;

// The bytes share their alphabet with the end of the block and the lengths of matches.
constexpr std::uint32_t end_of_block = 256;
constexpr std::uint32_t first_length = 257;
constexpr std::size_t literal_symbols = 286;
constexpr std::size_t distance_symbols = 30;
constexpr unsigned longest_word = 15;

/// A symbol and the bits that follow its word.
struct Symbol {
  std::uint32_t symbol = 0;
  Bits extra = {};
};

/// Section 3.2.5, by length less the shortest: four symbols for every power of two.
constexpr auto length_symbols = [] {
  std::array<Symbol, longest_match - shortest_match + 1> symbols;
  std::size_t next = 0;
  for (std::uint32_t i = 0; next < symbols.size(); ++i) {
    const std::uint32_t size = i < 8 ? 0 : i / 4 - 1;
    for (std::uint32_t extra = 0; extra < 1U << size; ++extra) {
      symbols[next++] = {first_length + i, {extra, size}};
    }
  }
  symbols.back() = {literal_symbols - 1, {}};  // the longest has one to itself
  return symbols;
}();

const Symbol& length_symbol(std::size_t length) { return length_symbols[length - shortest_match]; }

/// Section 3.2.5: two symbols for every power of two.
Symbol distance_symbol(std::size_t distance) {
  const auto offset = static_cast<std::uint32_t>(distance - 1);
  if (offset < 2) return {offset, {}};
  const auto size = static_cast<std::uint32_t>(std::bit_width(offset)) - 2;
  return {2 * size + (offset >> size), {offset & ((1U << size) - 1), size}};
}

std::size_t end_of(const Repeat& repeat) { return std::size_t{repeat.at} + repeat.length; }

/// A part of a text and the repeats that begin there.
struct Block {
  std::string_view text;  // the whole, from whose beginning Repeat::at counts
  std::size_t begin;
  std::size_t end;
  std::span<const Repeat> repeats;
};

/// Of the repeats from `begin` on.
Block cut_block(std::string_view text, std::size_t begin, std::span<const Repeat> repeats) {
  const std::size_t end = std::min(text.size(), begin + block_size);
  const auto after = std::ranges::lower_bound(repeats, end, {}, &Repeat::at);
  repeats = repeats.first(static_cast<std::size_t>(after - repeats.begin()));
  if (repeats.empty()) return {text, begin, end, repeats};
  return {text, begin, std::clamp(end_of(repeats.back()), end, text.size()), repeats};
}

[[maybe_unused]] bool is_true(const Repeat& repeat, std::string_view text) {
  const char* const copy = text.data() + repeat.at;
  return std::equal(copy, copy + repeat.length, copy - repeat.distance);
}

/// Tells `sink` what a block consists of, in order.
template <class Sink>
void walk(const Block& block, Sink& sink) {
  std::size_t at = block.begin;
  for (const Repeat& repeat : block.repeats) {
    if (repeat.length < shortest_match || repeat.distance > farthest_match) continue;
    const std::size_t end = end_of(repeat);
    const bool possible =
        repeat.at >= at && end <= block.end && repeat.distance > 0 && repeat.distance <= repeat.at;
    assert(possible && is_true(repeat, block.text));
    if (!possible) continue;  // the file must inflate, and nothing be read outside the text
    sink.literals(block.text.substr(at, repeat.at - at));
    std::size_t length = repeat.length;
    while (length > longest_match) {  // and what is left must not be too short
      const std::size_t part = std::min(longest_match, length - shortest_match);
      sink.match(part, repeat.distance);
      length -= part;
    }
    sink.match(length, repeat.distance);
    at = end;
  }
  sink.literals(block.text.substr(at, block.end - at));
}

/// A sink that counts what SymbolWriter will write.
struct SymbolCounts {
  std::array<std::uint32_t, literal_symbols> of_literals{};
  std::array<std::uint32_t, distance_symbols> of_distances{};
  std::size_t extra_bits = 0;

  void literals(std::string_view bytes) {
    for (const char byte : bytes) ++of_literals[static_cast<unsigned char>(byte)];
  }

  void match(std::size_t length, std::size_t distance) {
    const Symbol& how_long = length_symbol(length);
    const Symbol how_far = distance_symbol(distance);
    ++of_literals[how_long.symbol];
    ++of_distances[how_far.symbol];
    extra_bits += how_long.extra.size + how_far.extra.size;
  }
};

/// The words of one block.
struct BlockCode {
  std::vector<Bits> literals;
  std::vector<Bits> distances;
};

/// A sink that writes.
struct SymbolWriter {
  const BlockCode& code;
  BitWriter out;

  void literals(std::string_view bytes) {
    for (const char byte : bytes) out.put(code.literals[static_cast<unsigned char>(byte)]);
  }

  void match(std::size_t length, std::size_t distance) {
    const Symbol& how_long = length_symbol(length);
    const Symbol how_far = distance_symbol(distance);
    out.put(code.literals[how_long.symbol], how_long.extra, code.distances[how_far.symbol],
            how_far.extra);
  }
};

std::size_t size_in_bits(std::span<const std::uint32_t> counts, std::span<const Bits> words) {
  return std::inner_product(
      counts.begin(), counts.end(), words.begin(), std::size_t{0}, std::plus{},
      [](std::uint32_t count, const Bits& word) { return std::size_t{count} * word.size; });
}

void write_block(const Block& block, bool last, BitWriter& out) {
  SymbolCounts counts;
  walk(block, counts);
  ++counts.of_literals[end_of_block];
  const BlockCode code{huffman_code(counts.of_literals, longest_word),
                       huffman_code(counts.of_distances, longest_word)};

  out.reserve(3);
  out.put({last, 1});
  out.put({2, 2});  // section 3.2.3: dynamic Huffman codes
  write_codes(code.literals, code.distances, out);
  out.reserve(size_in_bits(counts.of_literals, code.literals) +
              size_in_bits(counts.of_distances, code.distances) + counts.extra_bits);
  SymbolWriter writer{code, out};
  walk(block, writer);
  out = writer.out;
  out.put(code.literals[end_of_block]);
}

}  // namespace

std::string gzip(std::string_view text, std::span<const Repeat> repeats) {
  assert(repeats.empty() || end_of(repeats.back()) <= text.size());
  // RFC 1952, section 2.3: magic number, deflate, no flags, no time, unknown file system.
  std::string file("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10);
  BitWriter out(file);
  std::uint32_t crc = 0;
  std::size_t begin = 0;
  do {  // an empty text has a block as well
    const Block block = cut_block(text, begin, repeats);
    write_block(block, block.end == text.size(), out);
    crc = libdeflate_crc32(crc, text.data() + begin, block.end - begin);
    repeats = repeats.subspan(block.repeats.size());
    begin = block.end;
  } while (begin < text.size());
  out.reserve(8 + 32 + 32);
  out.end_byte();
  out.put({crc, 32});
  out.put({static_cast<std::uint32_t>(text.size()), 32});
  out.end();
  return file;
}

std::string gzip(std::string_view text) {
  constexpr int level = 3;  // smaller than zlib's level 4 in three quarters of its time
  const std::unique_ptr<libdeflate_compressor, decltype(&libdeflate_free_compressor)> compressor(
      libdeflate_alloc_compressor(level), libdeflate_free_compressor);
  if (compressor == nullptr) throw std::bad_alloc();
  std::string file(libdeflate_gzip_compress_bound(compressor.get(), text.size()), '\0');
  file.resize(libdeflate_gzip_compress(compressor.get(), text.data(), text.size(), file.data(),
                                       file.size()));
  return file;
}

}  // namespace seadragon::monitoring::detail
