/**
 * The globals that Node and browsers share and that the core may use; `tsconfig.core.json` alone reads this file.
 * The language library has none of them, Node's types bring hundreds, and the DOM library would let `window` in.
 */

declare const TextDecoder: new (
  label?: string,
  options?: { readonly fatal?: boolean; readonly ignoreBOM?: boolean },
) => {
  readonly encoding: string
  decode(input?: ArrayBuffer | ArrayBufferView, options?: { readonly stream?: boolean }): string
}

declare const TextEncoder: new () => {
  encode(input?: string): Uint8Array<ArrayBuffer>
}

declare function structuredClone<T>(value: T): T
