/// Huffman codes as deflate wants them: canonical and of limited length.
/// Source: RFC 1951, sections 3.2.2 and 3.2.7.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "lib/src/bit_writer.h"

namespace seadragon::monitoring::detail {

/// The word of each symbol, in the code for a text with `counts[symbol]` of each: the shortest code
/// there is, or close to it where that would need words of more than `longest` bits.
///
/// A symbol that does not occur has a word of no bits. Two have one in any case, since not every
/// inflater takes a code of fewer. `counts` are at least 2 and at most 2^longest.
std::vector<Bits> huffman_code(std::span<const std::uint32_t> counts, unsigned longest);

/// Writes the two codes of a block, of words of at most 15 bits, as its header has them.
void write_codes(std::span<const Bits> literals, std::span<const Bits> distances, BitWriter& out);

}  // namespace seadragon::monitoring::detail
