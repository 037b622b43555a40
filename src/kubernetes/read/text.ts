import type { Problems } from '../problems.ts'

/** A file's text and the name that messages call it by. */
export interface InputText {
  /** As the user gave it: `shop.yaml`; `-` for standard input. */
  readonly name: string
  /** What is in it. Bytes are read as UTF-8, or as UTF-16 where a byte order mark says so. */
  readonly content: string | Uint8Array
}

/** 256 MB: a `kubectl get -o json` of the largest clusters; V8 strings end at 512 MB. */
export const DEFAULT_MAX_INPUT = 256 * 1024 * 1024

/** The longest string that V8 holds is 2^29 - 24 characters; one character can stand for one byte. */
const LONGEST_TEXT = 2 ** 29 - 24

function megabytes(bytes: number): string {
  return bytes >= 1024 * 1024 ? `${Math.ceil(bytes / (1024 * 1024))} MB` : `${bytes} bytes`
}

function decoderFor(bytes: Uint8Array): InstanceType<typeof TextDecoder> {
  // YAML allows UTF-16 with a byte order mark (yaml.org/spec/1.2.2, 5.2), and PowerShell's `>` writes it.
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return new TextDecoder('utf-16le', { fatal: true })
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return new TextDecoder('utf-16be', { fatal: true })
  return new TextDecoder('utf-8', { fatal: true })
}

/**
 * The text of one input without its byte order mark, or undefined, with the problem recorded: too large, compressed, binary.
 *
 * @param maxInput the largest input that is read, in bytes (characters, for strings)
 */
export function textOf(input: InputText, maxInput: number, problems: Problems): string | undefined {
  const where = { file: input.name }
  const size = input.content.length
  if (size > Math.min(maxInput, LONGEST_TEXT)) {
    const hint = 'raise the limit (--max-input), or ask kubectl for fewer kinds or one namespace'
    const message = `the input is ${megabytes(size)}, more than the limit of ${megabytes(maxInput)}`
    problems.add({ code: 'INPUT_TOO_LARGE', where, message, hint })
    return undefined
  }
  if (typeof input.content === 'string') return checkedText(input.content, input.name, problems)
  const bytes = input.content
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) {
    problems.add({
      code: 'BINARY_INPUT',
      where,
      message: 'the input is compressed',
      hint: 'unpack it first: gunzip -c FILE | …',
    })
    return undefined
  }
  try {
    return checkedText(decoderFor(bytes).decode(bytes), input.name, problems)
  } catch {
    problems.add({ code: 'BINARY_INPUT', where, message: 'the input is not text (not valid UTF-8)' })
    return undefined
  }
}

function checkedText(text: string, name: string, problems: Problems): string | undefined {
  const nul = text.indexOf('\0')
  if (nul >= 0) {
    const message = `the input is not text (it holds a NUL character at offset ${nul})`
    problems.add({ code: 'BINARY_INPUT', where: { file: name }, message })
    return undefined
  }
  return text.charCodeAt(0) === 0xfeff ? text.slice(1) : text
}

/** Line numbers of offsets. The index is built when the first one is asked for. */
export class Lines {
  readonly #text: string
  #starts: number[] | undefined

  constructor(text: string) {
    this.#text = text
  }

  /** Line of an offset, counted from 1. */
  at(offset: number): number {
    this.#starts ??= this.#index()
    let low = 0
    let high = this.#starts.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#starts[middle]! <= offset) low = middle + 1
      else high = middle
    }
    return low
  }

  #index(): number[] {
    const starts = [0]
    for (let at = this.#text.indexOf('\n'); at >= 0; at = this.#text.indexOf('\n', at + 1)) starts.push(at + 1)
    return starts
  }
}
