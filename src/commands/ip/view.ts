import type { Json } from './json.ts'

/** What is said of one thing, in words and as JSON at the same time (`print_uint` and its like, iproute2 lib/json_print.c). */
export class View {
  /** Words, each with the blank behind it. */
  text = ''
  readonly json: Record<string, Json> = {}

  /** @param text the words, unless they are the key and the value */
  put(key: string, value: Json, text = `${key} ${String(value)} `): this {
    this.json[key] = value
    this.text += text
    return this
  }

  /** Words alone. */
  say(text: string): this {
    this.text += text
    return this
  }

  /** A switch: `on` or `off`. */
  onOff(key: string, value: boolean, name = key): this {
    return this.put(key, value, `${name} ${value ? 'on' : 'off'} `)
  }

  /** Members of another one in an object of their own; its words behind these. */
  nest(key: string, inner: View): this {
    this.text += inner.text
    this.json[key] = inner.json
    return this
  }
}
