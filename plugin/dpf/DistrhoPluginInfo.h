// The plug-in's settings for DPF. NAM_CORE_CHANNELS is 1 (mono) or 2 (stereo); each is a plug-in of its own.
#pragma once

#define DISTRHO_PLUGIN_BRAND "nam_core"
#if NAM_CORE_CHANNELS == 1
#define DISTRHO_PLUGIN_NAME "nam_core"
#define DISTRHO_PLUGIN_URI "urn:nam_core:player"
#define DISTRHO_PLUGIN_CLAP_ID "nam-core.player"
#define DISTRHO_PLUGIN_UNIQUE_ID NamP
#define DISTRHO_PLUGIN_VST3_CATEGORIES "Fx|Distortion|Mono"
#define DISTRHO_PLUGIN_CLAP_FEATURES "audio-effect", "distortion", "mono"
#else
#define DISTRHO_PLUGIN_NAME "nam_core stereo"
#define DISTRHO_PLUGIN_URI "urn:nam_core:player:stereo"
#define DISTRHO_PLUGIN_CLAP_ID "nam-core.player-stereo"
#define DISTRHO_PLUGIN_UNIQUE_ID NamS
#define DISTRHO_PLUGIN_VST3_CATEGORIES "Fx|Distortion|Stereo"
#define DISTRHO_PLUGIN_CLAP_FEATURES "audio-effect", "distortion", "stereo"
#endif
#define DISTRHO_PLUGIN_BRAND_ID NamC
#define DISTRHO_PLUGIN_NUM_INPUTS NAM_CORE_CHANNELS
#define DISTRHO_PLUGIN_NUM_OUTPUTS NAM_CORE_CHANNELS
#define DISTRHO_PLUGIN_IS_RT_SAFE 1
#define DISTRHO_PLUGIN_HAS_UI 1
#define DISTRHO_UI_USE_NANOVG 1
#define DISTRHO_PLUGIN_WANT_DIRECT_ACCESS 1
#define DISTRHO_PLUGIN_WANT_LATENCY 1
#define DISTRHO_PLUGIN_WANT_STATE 1
#define DISTRHO_PLUGIN_WANT_FULL_STATE 1
