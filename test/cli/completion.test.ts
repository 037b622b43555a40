import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../../src/cli/commands.ts'
import { cli } from './support.ts'

const has = (program: string): boolean => spawnSync(program, ['-c', 'exit 0']).status === 0

/** What bash offers for the last word of a command line. */
function bashOffers(script: string, words: readonly string[]): string[] {
  const line = `${script}\nCOMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')}); COMP_CWORD=${words.length - 1}; _kubehop; printf '%s\\n' "\${COMPREPLY[@]}"`
  const { stdout, stderr } = spawnSync('bash', ['-c', line], { encoding: 'utf8' })
  expect(stderr).toBe('')
  return stdout.split('\n').filter((word) => word !== '')
}

describe.each(['bash', 'zsh', 'fish'])('completion for %s', (shell) => {
  it('knows every command and every option', async () => {
    const { out, code } = await cli(['completion', shell])
    expect(code).toBe(0)
    for (const { name, options } of COMMANDS) {
      expect(out).toContain(name)
      for (const option of options) expect(out).toContain(shell === 'fish' ? `-l ${option.name} ` : `--${option.name}`)
    }
  })

  it.runIf(has(shell))('is a script that the shell reads', async () => {
    const { out } = await cli(['completion', shell])
    const { status, stderr } = spawnSync(shell, ['-n'], { input: out, encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  })
})

describe.runIf(has('bash'))('in bash', () => {
  it.each([
    [['kubehop', 'ipt'], ['iptables-save']],
    [['kubehop', '--v'], ['--version']],
    [['kubehop', 'help', 'to'], ['topology']],
    [['kubehop', 'completion', 'f'], ['fish']],
    [
      ['kubehop', 'trace', '-o', ''],
      ['text', 'json', 'yaml', 'mermaid'],
    ],
    [['kubehop', 'trace', '--backend', 'h'], ['host-gw']],
    [['kubehop', 'trace', '-f', 'examples/sh'], ['examples/shop.yaml']],
    [['kubehop', 'trace', '--all'], ['--all-branches']],
    [
      ['kubehop', 'trace', 's'],
      ['sts/', 'svc/'],
    ],
    [['kubehop', 'trace', '--source-port', ''], []],
    [['kubehop', 'iptables-save', '-t', 'm'], ['mangle']],
  ])('%j', async (words, offers) => {
    const { out } = await cli('completion bash')
    expect(bashOffers(out, words)).toEqual(offers)
  })
})
