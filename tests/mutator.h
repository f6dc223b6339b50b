/// Damaged texts for parsers of what we do not write.
#pragma once

#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace seadragon::tests {

/// Damages a text in a few places: the same places in every run.
class Mutator {
 public:
  std::string mutated(std::string text) {
    for (std::size_t changes = 1 + below(5); changes > 0; --changes) {
      const std::size_t place = below(text.size() + 1);
      switch (below(4)) {
        case 0:
          text.insert(place, 1, odd_byte());
          break;
        case 1:
          text.erase(place, below(20));
          break;
        case 2:
          if (place < text.size()) text[place] = odd_byte();
          break;
        case 3:
          text.insert(place, text.substr(below(text.size() + 1), below(200)));
          break;
      }
    }
    return text;
  }

 private:
  std::size_t below(std::size_t bound) { return random_() % bound; }
  char odd_byte() {
    using namespace std::string_view_literals;
    constexpr auto bytes = "\0\n\r\t {}[]\"'\\=,;:#&?%/*-+.0123456789eqNx_\x7f\xc3\xff"sv;
    return bytes[below(bytes.size())];
  }

  std::mt19937 random_{20261123};
};

}  // namespace seadragon::tests
