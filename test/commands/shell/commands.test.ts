import { describe, expect, it } from 'vitest'
import { runScript } from '../../../src/commands/index.ts'
import { sh } from '../support.ts'

describe('lists', () => {
  it.each([
    ['true && echo a || echo b', 'a\n'],
    ['false && echo a || echo b', 'b\n'],
    ['false || false || echo c', 'c\n'],
    ['! false && echo a', 'a\n'],
    ['! ! true; echo $?', '0\n'],
    ['false; echo $?', '1\n'],
    ['true &&\n\n echo a', 'a\n'],
    ['for x in a b "c d"; do echo $x; done', 'a\nb\nc d\n'],
    ['for x in; do echo $x; done; echo $?', '0\n'],
    ['for x in a\ndo\n echo $x\ndone', 'a\n'],
    ['if true; then echo a; else echo b; fi', 'a\n'],
    ['if false; then echo a; elif true; then echo b; else echo c; fi', 'b\n'],
    ['if false; then echo a; fi; echo $?', '0\n'],
    ['if ! false; then echo a; fi', 'a\n'],
    ['if [ 1 -lt 2 ]; then echo a; fi', 'a\n'],
    ['false; if [ $? -ne 0 ]; then echo failed; fi', 'failed\n'],
  ])('%j', (script, output) => {
    expect(sh(script).output).toBe(output)
  })
})

describe('test', () => {
  it.each([
    ['[ a = a ]', 0],
    ['[ a == a ]', 0],
    ['[ a != a ]', 1],
    ['[ -z "" ]', 0],
    ['[ -n "" ]', 1],
    ['[ a ]', 0],
    ['[ ]', 1],
    ['[ ! a ]', 1],
    ['test 2 -gt 1', 0],
    ['test 1 -ge 2', 1],
    ['test 1 -le 1', 0],
    ['test 1 -eq 2', 1],
    ['[ a', 2],
  ])('%s', (script, exitCode) => {
    expect(sh(script).exitCode).toBe(exitCode)
  })
})

describe('errexit, nounset, pipefail', () => {
  it('ends the script at the first failure that nobody looks at', () => {
    expect(sh('set -e\nfalse\necho a')).toEqual({ output: '', exitCode: 1 })
    expect(sh('set -e\nfalse || true\nif false; then :; fi\n! true\nfalse && true\necho a').output).toBe('a\n')
    expect(sh('set -e\nset +e\nfalse\necho a').output).toBe('a\n')
    expect(sh('set -e\nfor x in 1 2; do echo $x; false; done\necho a').output).toBe('1\n')
    expect(sh('set -eu\ntrue && false\necho a')).toEqual({ output: '', exitCode: 1 })
    expect(sh('set -e\nexit 7')).toEqual({ output: '', exitCode: 7 })
    expect(sh('false\nexit').exitCode).toBe(1)
  })

  it('refuses what is not set', () => {
    expect(sh('set -u\necho $X\necho b')).toEqual({ output: 'test.sh: line 2: X: unbound variable\n', exitCode: 1 })
    expect(sh('echo a$X')).toEqual({ output: 'a\n', exitCode: 0 })
    expect(sh('set -u; X=1; unset X; export Y=2; echo $Y; A=$X').output).toContain('2\n')
  })

  it('takes a pipe by its last command, or by any that failed', () => {
    expect(sh('false | true; echo $?').output).toBe('0\n')
    expect(sh('set -o pipefail; false | true; echo $?').output).toBe('1\n')
    expect(sh('exit 3 | exit 4; echo $?').output).toBe('4\n')
  })
})

describe('pipes and redirections', () => {
  it.each([
    ['echo a | cat', 'a\n'],
    ['echo a | cat | cat - ', 'a\n'],
    ['echo a > f; echo b >> f; cat f', 'a\nb\n'],
    ['echo a > ./f; cat < f', 'a\n'],
    ['cat nofile', 'cat: nofile: No such file or directory\n'],
    ['cat < nofile; echo $?', 'test.sh: line 1: nofile: No such file or directory\n1\n'],
    ['cat nofile 2>/dev/null; echo $?', '1\n'],
    ['cat nofile > f 2>&1; cat f', 'cat: nofile: No such file or directory\n'],
    ['cat nofile &> f; cat f', 'cat: nofile: No such file or directory\n'],
    ['cat nofile &>> f; cat nofile &>>f; cat f', 'cat: nofile: No such file or directory\n'.repeat(2)],
    ['echo a >&2', 'a\n'],
    ['echo a >/dev/null; echo b >/dev/stdout; echo c > /dev/stderr', 'b\nc\n'],
    ['> f; cat f', ''],
    ['echo a >| f; cat f', 'a\n'],
    ['cat < /dev/null', ''],
    ['for x in a b; do echo $x; done | cat', 'a\nb\n'],
  ])('%j', (script, output) => {
    expect(sh(script).output).toBe(output)
  })
})

describe('time', () => {
  const now = (script: string): number => runScript(script).machine.sim.now / 1e9

  it('is virtual', () => {
    expect(now('sleep 100')).toBeCloseTo(100, 1)
    expect(now('sleep 1m 0.5s')).toBeCloseTo(60.5, 1)
    expect(sh('sleep; echo $?; sleep x').output).toMatch(/missing operand[\s\S]*\n1\n[\s\S]*invalid time interval ‘x’/)
  })

  it('runs jobs beside the script, and waits for them', () => {
    expect(sh('sleep 2 && echo late &\nsleep 1; echo early; wait; echo end').output).toBe('early\nlate\nend\n')
    expect(sh('cat & wait; echo $?').output).toBe('0\n')
    expect(sh('exit 3 & wait; echo $?').output).toBe('0\n')
    expect(now('sleep 5 & sleep 1')).toBeLessThan(2)
  })

  it('limits a program', () => {
    expect(sh('timeout 1 sleep 5; echo $?').output).toBe('124\n')
    expect(sh('timeout 5 sleep 1; echo $?').output).toBe('0\n')
    expect(sh('timeout 0 sleep 1; echo $?').output).toBe('0\n')
    expect(sh('timeout 5 false; echo $?').output).toBe('1\n')
    expect(sh('timeout -s KILL 1 sleep 5; echo $?').output).toBe('137\n')
    expect(sh('timeout --preserve-status -k 1 -s INT 1 sleep 5; echo $?').output).toBe('130\n')
    expect(sh('timeout --foreground 1 timeout 5 sleep 9; echo $?').output).toBe('124\n')
    expect(sh('timeout 1; echo $?').output).toMatch(/missing operand[\s\S]*125/)
    expect(sh('timeout x true; echo $?').output).toMatch(/invalid time interval ‘x’[\s\S]*125/)
    expect(() => sh('timeout -v 1 true')).toThrow('timeout -v')
    expect(() => sh('timeout -s FOO 1 true')).toThrow('signal FOO')
  })

  it('ends where nothing can happen any more', () => {
    expect(() => sh('ip netns add a\nip netns exec a nc -l 80')).toThrow(
      expect.objectContaining({ code: 'SCRIPT_STUCK' }),
    )
    expect(() => runScript('for i in {1..50}; do sleep 1; done', { maxEvents: 20 })).toThrow(
      expect.objectContaining({ code: 'SCRIPT_ENDLESS' }),
    )
  })
})

describe('small programs', () => {
  it.each([
    ['echo -n a; echo -e "b\\tc\\x41\\0101"; echo -E "\\t"', 'ab\tcAA\n\\t\n'],
    ['printf "%s-%s\\n" a b c', 'a-b\nc-\n'],
    ['printf "%d%%\\n" 5', '5%\n'],
    ['printf "%d"', '0'],
    ['printf a b', 'a'],
    ['printf; echo $?', 'printf: usage: printf [-v var] format [arguments]\n2\n'],
    [':; echo $?', '0\n'],
    ['/bin/echo a; /usr/bin/true; /sbin/ip netns', 'a\n'],
    ['echo a > f; cat f - < f', 'a\na\n'],
  ])('%j', (script, output) => {
    expect(sh(script).output).toBe(output)
  })
})

describe('what is told meanwhile', () => {
  it('is the output by stream, and each step of the traffic', () => {
    const told: string[] = []
    const { record } = runScript('# story\nip netns add a\n# --- traffic ---\necho a\necho b >&2\nsleep 1 &\n', {
      name: 'lab.sh',
      onOutput: (text, stream) => told.push(`${stream} ${text}`),
      onStep: (step, line) => told.push(`${step} ${line}`),
    })
    expect(told).toEqual(['0 ', '1 echo a', 'stdout a\n', '2 echo b >&2', 'stderr b\n', '3 sleep 1 &'])
    expect(record().commands).toEqual([
      { n: 1, line: 'echo a', rc: 0, out: 'a\n', err: '' },
      { n: 2, line: 'echo b >&2', rc: 0, out: '', err: 'b\n' },
      { n: 3, line: 'sleep 1 &', rc: null, out: '', err: '', bg: true },
    ])
  })

  it('is refused where there is no lab, or its set-up failed', () => {
    expect(() => runScript('true').record()).toThrow(expect.objectContaining({ code: 'BAD_LAB' }))
    expect(() => runScript('true\nfalse\n# --- traffic ---\ntrue\n', { name: 'x.sh' }).record()).toThrow(
      'x.sh: the set-up failed at line 2: false',
    )
  })

  it('goes on behind a command that failed, as the laboratory does, whatever the set-up said of errors', () => {
    const lab = 'set -e\n# --- traffic ---\nfalse &\nsleep 0.1\nfalse\necho b\n'
    expect(
      runScript(lab, { asLab: true })
        .record()
        .commands.map(({ rc, out }) => [rc, out]),
    ).toEqual([
      [1, ''],
      [0, ''],
      [1, ''],
      [0, 'b\n'],
    ])
    expect(runScript(lab)).toMatchObject({ exitCode: 1, output: '' })
    expect(runScript('set -e\nfalse\necho a\n# --- traffic ---\necho b\n')).toMatchObject({ exitCode: 1, output: '' })
    expect(runScript('# --- traffic ---\nexit 3\necho b\n')).toMatchObject({ exitCode: 3, output: '' })
  })

  it('reaches another probe, too', () => {
    const kinds = new Set<string>()
    const probe = { emit: (event: { kind: string }) => void kinds.add(event.kind) }
    runScript('ip netns add a\nip -n a link set lo up\n# --- traffic ---\nip netns exec a ping -c1 127.0.0.1\n', {
      probe,
    })
    expect(kinds.has('frame')).toBe(true)
  })
})
