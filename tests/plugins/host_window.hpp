// X11's side of the hosts that show a window: the host's own window around the plug-in's, and what a user
// does in it.
#pragma once

#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <chrono>
#include <functional>
#include <thread>

#include "checking.hpp"

struct HostWindow {
  Display* display;
  Window parent = 0;

  // Of the plug-in's size, on the screen. Room for it is the host's to make.
  void open(unsigned width, unsigned height) {
    parent = XCreateSimpleWindow(display, DefaultRootWindow(display), 0, 0, width, height, 0, 0, 0);
    XMapWindow(display, parent);
    XSync(display, False);
  }
  // Obeys the steps of a command line, in order: key=NAME of X11's, shift+key=NAME, chooser+key=NAME (a key
  // in the file chooser), click=X,Y in the window's units, picture=FILE.ppm, windows (prints how many there
  // are on the screen). Between them `tick` runs as a host's timer.
  void obey(char** first, char** last, double scale, const std::function<void()>& tick) const {
    const auto idle = [&] {
      for (int i = 0; i < 20; ++i) {
        tick();
        std::this_thread::sleep_for(std::chrono::milliseconds(16));
      }
      XSync(display, False);
    };
    idle();
    for (char** each = first; each < last; ++each) {
      const auto [what, value] = setting_in(*each);
      if (what == "key") key(plugin_window(), value, 0);
      if (what == "shift+key") key(plugin_window(), value, ShiftMask);
      if (what == "chooser+key") key(chooser_window(), value, 0);
      if (what == "click")
        click(static_cast<int>(scale * std::stoi(value)),
              static_cast<int>(scale * std::stoi(value.substr(value.find(',') + 1))));
      if (what == "picture") picture(value);
      if (what == "windows") std::printf("windows %zu\n", windows().size());
      idle();
    }
  }

 private:
  Window plugin_window() const {
    Window root = 0, above = 0, *children = nullptr;
    unsigned count = 0;
    XQueryTree(display, parent, &root, &above, &children, &count);
    const Window found = count ? children[0] : 0;
    if (children) XFree(children);
    return found;
  }
  // The windows that the screen shows.
  std::vector<Window> windows() const {
    Window root = 0, above = 0, *children = nullptr;
    unsigned count = 0;
    XQueryTree(display, DefaultRootWindow(display), &root, &above, &children, &count);
    std::vector<Window> shown;
    for (unsigned i = 0; i < count; ++i) {
      XWindowAttributes attributes{};
      XGetWindowAttributes(display, children[i], &attributes);
      if (attributes.map_state == IsViewable) shown.push_back(children[i]);
    }
    if (children) XFree(children);
    return shown;
  }
  // The file chooser is the only other window of the screen. 0: there is none.
  Window chooser_window() const {
    for (const Window each : windows())
      if (each != parent) return each;
    return 0;
  }
  void key(Window window, const std::string& name, unsigned modifiers) const {
    XEvent event{};
    event.xkey.display = display;
    event.xkey.window = event.xkey.subwindow = window;
    event.xkey.root = DefaultRootWindow(display);
    event.xkey.state = modifiers;
    event.xkey.keycode = XKeysymToKeycode(display, XStringToKeysym(name.c_str()));
    event.xkey.same_screen = True;
    for (const int type : {KeyPress, KeyRelease}) {
      event.type = type;
      XSendEvent(display, event.xkey.window, True, type == KeyPress ? KeyPressMask : KeyReleaseMask, &event);
    }
    XFlush(display);
  }
  void click(int x, int y) const {
    XEvent event{};
    event.xbutton.display = display;
    event.xbutton.window = event.xbutton.subwindow = plugin_window();
    event.xbutton.root = DefaultRootWindow(display);
    event.xbutton.x = event.xbutton.x_root = x;
    event.xbutton.y = event.xbutton.y_root = y;
    event.xbutton.button = Button1;
    event.xbutton.same_screen = True;
    for (const int type : {ButtonPress, ButtonRelease}) {
      event.type = type;
      XSendEvent(display, event.xbutton.window, True,
                 type == ButtonPress ? ButtonPressMask : ButtonReleaseMask, &event);
    }
    XFlush(display);
  }
  void picture(const std::string& path) const {
    XWindowAttributes shown{};
    XGetWindowAttributes(display, parent, &shown);
    XImage* image = XGetImage(display, parent, 0, 0, static_cast<unsigned>(shown.width),
                              static_cast<unsigned>(shown.height), AllPlanes, ZPixmap);
    std::string bytes = "P6 " + std::to_string(shown.width) + " " + std::to_string(shown.height) + " 255\n";
    for (int y = 0; y < shown.height; ++y)
      for (int x = 0; x < shown.width; ++x)
        for (const int shift : {16, 8, 0}) bytes += static_cast<char>(XGetPixel(image, x, y) >> shift & 255);
    XDestroyImage(image);
    write_text(path, bytes);
  }
};

// The audio thread's input: a tone of 220 Hz at -12 dB.
inline void write_tone(float* row, int frames, double rate, std::int64_t t) {
  for (int i = 0; i < frames; ++i)
    row[i] = static_cast<float>(0.25 * std::sin(2.0 * M_PI * 220.0 * static_cast<double>(t + i) / rate));
}
