// A plug-in that links the library for itself, as one of an LLM server may.
#include "seadragon/monitoring/registry.h"

extern "C" int record() {
  static auto* const registry = new seadragon::monitoring::Registry;
  registry->counter("plugin_events_total", "Events.").increment();
  return registry->text().ends_with("plugin_events_total 1\n") ? 1 : 0;
}
