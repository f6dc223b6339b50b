# Warnings as errors for our own code, as an interface target so that nothing leaks to users of the
# library: target_link_libraries(x PRIVATE seadragon_warnings).
add_library(seadragon_warnings INTERFACE)
target_compile_options(seadragon_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Werror)
