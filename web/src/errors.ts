/** An error of the reader of .nam files, or of this package. */
export class NamError extends Error {
  /**
   * @param kind `file`, `version`, `config` or `weights` if the file is wrong (as in Python), `memory` if there is too
   *   little memory, `host` if the browser or the audio context cannot do what is needed.
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
