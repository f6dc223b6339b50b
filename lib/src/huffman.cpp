#include "lib/src/huffman.h"

#include <algorithm>
#include <array>
#include <cassert>
#include <cstddef>
#include <tuple>

namespace seadragon::monitoring::detail {
namespace {

struct Leaf {
  std::uint32_t count;
  std::uint32_t symbol;
};

struct InnerNode {
  std::uint64_t count;
  std::size_t parent = 0;  // the root is its own
};

std::vector<Leaf> leaves_rarest_first(std::span<const std::uint32_t> counts) {
  std::vector<Leaf> leaves;
  leaves.reserve(counts.size());
  for (std::uint32_t symbol = 0; symbol < counts.size(); ++symbol) {
    if (counts[symbol] > 0) leaves.push_back({counts[symbol], symbol});
  }
  for (std::uint32_t symbol = 0; leaves.size() < 2; ++symbol) {
    if (counts[symbol] == 0) leaves.push_back({0, symbol});
  }
  std::ranges::sort(leaves, {}, [](const Leaf& leaf) { return std::tie(leaf.count, leaf.symbol); });
  return leaves;
}

/// Huffman's algorithm: join the two rarest nodes until one is left, the last and the root. Nodes
/// come into being in ascending order, so the rarest is at the head of one of two queues.
std::vector<InnerNode> join(const std::vector<Leaf>& leaves) {
  std::vector<InnerNode> nodes;
  nodes.reserve(leaves.size() - 1);
  std::size_t next_leaf = 0;
  std::size_t next_node = 0;
  const auto take_rarest = [&] {
    if (next_node == nodes.size() ||
        (next_leaf < leaves.size() && leaves[next_leaf].count <= nodes[next_node].count)) {
      return std::uint64_t{leaves[next_leaf++].count};
    }
    nodes[next_node].parent = nodes.size();
    return nodes[next_node++].count;
  };
  while (nodes.size() < leaves.size() - 1) {
    const std::uint64_t rarest = take_rarest();
    nodes.push_back({rarest + take_rarest(), nodes.size()});
  }
  return nodes;
}

/// How many words there are of each size.
///
/// From the root down, every inner node makes two leaves, one bit deeper, out of one, so that the
/// code stays complete. A node that is too deep does so to the deepest leaf that may still split;
/// depth only grows on the way, so no node after it misses that leaf.
std::vector<unsigned> count_sizes(const std::vector<InnerNode>& nodes, unsigned longest) {
  std::vector<unsigned> sizes(longest + 1);
  std::vector<unsigned> depths(nodes.size());
  sizes[0] = 1;
  for (std::size_t i = nodes.size(); i-- > 0;) {
    depths[i] = nodes[i].parent == i ? 0 : depths[nodes[i].parent] + 1;
    unsigned size = std::min(depths[i], longest - 1);
    while (sizes[size] == 0) --size;
    --sizes[size];
    sizes[size + 1] += 2;
  }
  return sizes;
}

/// A Huffman word goes from its highest bit. Section 3.1.1.
std::uint32_t reversed(std::uint32_t word, std::uint32_t size) {
  std::uint32_t result = 0;
  for (; size > 0; --size, word >>= 1) result = result << 1 | (word & 1);
  return result;
}

/// Without the unused symbols at the end, as far as `least` allows.
std::span<const Bits> trimmed(std::span<const Bits> words, std::size_t least) {
  while (words.size() > least && words.back().size == 0) words = words.first(words.size() - 1);
  return words;
}

/// A symbol of the alphabet in which sizes of words are sent, and the bits that follow its word.
struct SizeSymbol {
  std::uint32_t symbol;
  Bits extra = {};
};

/// Section 3.2.7: 0 to 15 are sizes, 16 repeats the last one, 17 and 18 are runs of zeros.
std::vector<SizeSymbol> run_lengths(const std::vector<std::uint32_t>& sizes) {
  std::vector<SizeSymbol> symbols;
  for (auto at = sizes.begin(); at != sizes.end();) {
    const auto run_end = std::find_if(at, sizes.end(), [&](auto size) { return size != *at; });
    auto run = static_cast<std::uint32_t>(run_end - at);
    if (*at == 0 && run >= 11) {
      run = std::min(run, 138U);
      symbols.push_back({18, {run - 11, 7}});
    } else if (*at == 0 && run >= 3) {
      symbols.push_back({17, {run - 3, 3}});
    } else if (at != sizes.begin() && *at == *(at - 1) && run >= 3) {
      run = std::min(run, 6U);
      symbols.push_back({16, {run - 3, 2}});
    } else {
      run = 1;
      symbols.push_back({*at});
    }
    at += run;
  }
  return symbols;
}

}  // namespace

std::vector<Bits> huffman_code(std::span<const std::uint32_t> counts, unsigned longest) {
  assert(counts.size() >= 2 && counts.size() <= std::size_t{1} << longest);
  const std::vector<Leaf> leaves = leaves_rarest_first(counts);
  const std::vector<unsigned> sizes = count_sizes(join(leaves), longest);

  std::vector<Bits> words(counts.size());
  auto leaf = leaves.begin();
  for (std::uint32_t size = longest; size > 0; --size) {
    for (unsigned n = sizes[size]; n > 0; --n) words[(leaf++)->symbol].size = size;
  }

  std::vector<std::uint32_t> next(longest + 1);  // by size; section 3.2.2
  for (unsigned size = 1; size < longest; ++size) next[size + 1] = (next[size] + sizes[size]) << 1;
  for (Bits& word : words) {
    if (word.size > 0) word.value = reversed(next[word.size]++, word.size);
  }
  return words;
}

void write_codes(std::span<const Bits> literals, std::span<const Bits> distances, BitWriter& out) {
  literals = trimmed(literals, 257);
  distances = trimmed(distances, 1);
  std::vector<std::uint32_t> sizes;
  for (const auto words : {literals, distances}) {
    for (const Bits& word : words) sizes.push_back(word.size);
  }
  const std::vector<SizeSymbol> symbols = run_lengths(sizes);

  constexpr std::array<std::size_t, 19> order = {16, 17, 18, 0, 8,  7, 9,  6, 10, 5,
                                                 11, 4,  12, 3, 13, 2, 14, 1, 15};
  std::array<std::uint32_t, order.size()> counts{};
  for (const SizeSymbol& symbol : symbols) ++counts[symbol.symbol];
  const std::vector<Bits> words = huffman_code(counts, 7);
  std::array<Bits, order.size()> ordered;
  std::ranges::transform(order, ordered.begin(), [&](auto symbol) { return words[symbol]; });
  const std::span<const Bits> sent = trimmed(ordered, 4);

  const auto number = [](std::size_t value, std::uint32_t size) {
    return Bits{static_cast<std::uint32_t>(value), size};
  };
  out.reserve(14 + 3 * sent.size() + (7 + 7) * symbols.size());
  out.put(number(literals.size() - 257, 5), number(distances.size() - 1, 5),
          number(sent.size() - 4, 4));
  for (const Bits& word : sent) out.put({word.size, 3});
  for (const auto& [symbol, extra] : symbols) out.put(words[symbol], extra);
}

}  // namespace seadragon::monitoring::detail
