import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { type Io, wantsColor } from '../../src/cli/io.ts'
import { MODULES } from '../../src/cli/load.ts'
import { parseCall } from '../../src/cli/parse.ts'
import type { CommandSpec } from '../../src/cli/spec.ts'
import { cli, SHOP } from './support.ts'

describe('help and version', () => {
  it('lists every command with its summary', async () => {
    const { code, out } = await cli('--help')
    expect(code).toBe(0)
    for (const { name, summary } of COMMANDS) expect(out).toContain(`  ${name.padEnd(13)}  ${summary}`)
  })

  it('is the same for help, --help and -h', async () => {
    const { out } = await cli('--help')
    expect((await cli('help')).out).toBe(out)
    expect((await cli('-h')).out).toBe(out)
  })

  it('says what to do when there is no command', async () => {
    const { code, out, err } = await cli([])
    expect(code).toBe(2)
    expect(out).toBe('')
    expect(err).toContain('Usage: kubehop COMMAND')
  })

  it.each(COMMANDS.map(({ name }) => name))('%s has its help with examples', async (name) => {
    const { code, out } = await cli(['help', name])
    expect(code).toBe(0)
    expect(out).toContain(`Usage: kubehop ${name}`)
    expect(out).toMatch(/Examples:\n {2}# .+\n {2}\S/)
    expect((await cli([name, '--help'])).out).toBe(out)
    expect((await cli([name, '-h'])).out).toBe(out)
  })

  it('describes every option of trace, and the exit codes', async () => {
    const { out } = await cli('trace --help')
    const trace = COMMANDS.find(({ name }) => name === 'trace')
    for (const option of trace?.options ?? []) expect(out).toContain(`--${option.name}`)
    expect(out.replace(/\s+/g, ' ')).toContain('3 when it depends on something that is not modelled')
  })

  it('keeps within the terminal', async () => {
    const { out } = await cli('trace --help', { terminal: true })
    const text = out.slice(0, out.indexOf('Examples:'))
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100)
  })

  it('has only examples that the parser takes', async () => {
    const lines = COMMANDS.flatMap(({ examples }) => examples.map(({ command }) => command))
    const calls = lines.flatMap((line) =>
      [...line.matchAll(/kubehop ([^|>)]+)/g)].map(([, words]) => words?.trim().split(' ') ?? []),
    )
    expect(calls.length).toBeGreaterThan(12)
    for (const [name, ...words] of calls) {
      const command = COMMANDS.find((known) => known.name === name)
      expect(await parseCall(command as CommandSpec, words, {} as Io)).not.toBeNull()
    }
  })

  it('has a module for each command', () => {
    expect(Object.keys(MODULES).sort()).toEqual(COMMANDS.map(({ name }) => name).sort())
  })

  it('says its version', async () => {
    for (const word of ['--version', '-V', 'version']) {
      const { code, out } = await cli(word)
      expect(code).toBe(0)
      expect(out).toMatch(/^\d+\.\d+\.\d+\n$/)
    }
  })
})

describe('words that are wrong', () => {
  const trace = `trace -f ${SHOP}`
  it.each([
    ['tracce', 'there is no command "tracce" (did you mean trace?)'],
    ['zzzzzzzz', 'there is no command "zzzzzzzz" (see kubehop --help)'],
    ['--verbose', 'there is no option --verbose before the command'],
    ['help nothing', 'there is no command "nothing"'],
    [trace, 'FROM and TO are missing (see kubehop trace --help)'],
    [`${trace} pod/a`, 'TO is missing'],
    ['trace pod/a pod/b', '-f FILE is missing'],
    [`${trace} a b c`, 'there is one word too many: "c"'],
    [`${trace} a b --fil x`, 'kubehop trace has no option --fil (did you mean --file?)'],
    [`${trace} a b --xyzzyxyzzy`, 'kubehop trace has no option --xyzzyxyzzy (see kubehop trace --help)'],
    [`${trace} a b -q`, 'kubehop trace has no option -q'],
    [`${trace} a b --all-branches=yes`, '--all-branches takes no value'],
    [`${trace} a b --source-port`, '--source-port needs a value (write --source-port N)'],
    [`${trace} a b --source-port --packets 3`, '--source-port needs a value'],
    [`${trace} a b --namespace=`, '--namespace needs a value'],
    [`${trace} a b --source-port 0`, '--source-port "0" is not a whole number, 1 to 65535'],
    [`${trace} a b --source-port=-1`, '--source-port "-1" is not a whole number'],
    [`${trace} a b --source-port 1.5`, '--source-port "1.5" is not a whole number'],
    [`${trace} a b --packets many`, '--packets "many" is not a whole number'],
    [`${trace} a b --max-input lots`, '--max-input "lots" is no number of bytes'],
    [`${trace} a b -o xml`, '-o "xml" is not one of text, json, yaml, mermaid'],
    [`${trace} a b --protocol quic`, '--protocol "quic" is not one of tcp, udp, sctp, icmp'],
    [`iptables-save -f ${SHOP}`, '--node NODE is missing'],
    [`iptables-save -f ${SHOP} --node node-1 -t nat --only kube-proxy`, '-t and --only do not go together'],
    ['completion', 'SHELL is missing'],
    ['completion tcsh', 'SHELL "tcsh" is not one of bash, zsh, fish'],
    ['demo 99', 'there is no flow 99'],
    ['demo first', 'there is no flow first'],
  ])('%s', async (line, message) => {
    const { code, out, err } = await cli(line)
    expect(err).toContain(`error: ${message}`)
    expect(err.trimEnd().split('\n')).toHaveLength(1)
    expect(out).toBe('')
    expect(code).toBe(2)
  })
})

describe('colours', () => {
  const terminal = { write: () => {}, isTerminal: true }
  const pipe = { write: () => {}, isTerminal: false }
  it.each([
    [terminal, {}, true],
    [pipe, {}, false],
    [terminal, { NO_COLOR: '1' }, false],
    [terminal, { NO_COLOR: '' }, true],
    [terminal, { TERM: 'dumb' }, false],
    [pipe, { FORCE_COLOR: '1' }, true],
    [pipe, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [terminal, { FORCE_COLOR: '0' }, false],
    [terminal, { FORCE_COLOR: 'false' }, false],
  ])('%o %o', (output, env, wanted) => {
    expect(wantsColor(output, env)).toBe(wanted)
  })
})
