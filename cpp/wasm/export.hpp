// How a function is named in the module.
#pragma once

#define NAM_CORE_EXPORT(name) extern "C" __attribute__((export_name(#name)))
