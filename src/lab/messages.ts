/** One thing that the recorder collected: `KIND FIELD… LENGTH\n`, the octets, `\n`. */
export interface RecorderMessage {
  readonly kind: string
  readonly fields: readonly string[]
  readonly octets: Buffer
}

const NEWLINE = 10

/** Takes the recorder's output apart. What is cut off at its end is left out. */
export function* readRecorderMessages(output: Buffer): Generator<RecorderMessage> {
  let at = 0
  while (at < output.length) {
    const end = output.indexOf(NEWLINE, at)
    if (end < 0) return
    const [kind, ...fields] = output.toString('latin1', at, end).split(' ')
    const length = Number(fields.pop())
    const from = end + 1
    if (from + length + 1 > output.length) return
    yield { kind: kind!, fields, octets: output.subarray(from, from + length) }
    at = from + length + 1
  }
}
