// Exports a function from the module under its own name.
#pragma once

#define NAM_CORE_EXPORT(name) extern "C" __attribute__((export_name(#name)))
