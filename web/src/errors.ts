/** What went wrong, as the reader or this package says it. */
export class NamError extends Error {
  /**
   * @param kind `file`, `version`, `config` or `weights` for what a file says (as in Python), `memory` for what the
   *   machine refuses, `host` for what a browser or context lacks.
   * @param location JSON location in the file, such as `config.layers[1].head.kernel_size`; "" is the root.
   */
  constructor(
    readonly kind: NamErrorKind,
    message: string,
    readonly location = "",
  ) {
    super(location ? `${location}: ${message}` : message);
    this.name = "NamError";
  }
}

export type NamErrorKind = "file" | "version" | "config" | "weights" | "isa" | "memory" | "host";
