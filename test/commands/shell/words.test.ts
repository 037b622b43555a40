import { describe, expect, it } from 'vitest'
import { sh } from '../support.ts'

/** Each is what bash 5.2 makes of it. */
describe('words', () => {
  it.each([
    ['echo a   b', 'a b\n'],
    ['echo \'a  b\' "c  d" e\\ f', 'a  b c  d e f\n'],
    ['echo a # comment', 'a\n'],
    ['echo a#b', 'a#b\n'],
    ['echo a\\\n  b', 'a b\n'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, not ours
    ['X=1; echo $X ${X}2 "$X" \'$X\'', '1 12 1 $X\n'],
    ['X="a  b"; echo $X "$X" x$X', 'a b a  b xa b\n'],
    ['X=" a "; echo [$X]', '[ a ]\n'],
    ['X=; echo "" $X "$X" end', '  end\n'],
    ['echo "a\\"b\\$c\\\\d\\e"', 'a"b$c\\d\\e\n'],
    ['echo "a\\\nb"', 'ab\n'],
    ['echo $', '$\n'],
    ['echo a{b,c}d {1..3} {3..1}', 'abd acd 1 2 3 3 2 1\n'],
    ['echo {a,{b,c}}', 'a b c\n'],
    ['echo {a} "{a,b}" a{b', '{a} {a,b} a{b\n'],
    ['X=v; echo $X{1,2}', 'v1 v2\n'],
    ['echo --a={b,"c d"}', '--a=b --a=c d\n'],
    ["echo 'a\nb'", 'a\nb\n'],
    ['A=1 B=2; echo $A$B', '12\n'],
    ['echo a=b', 'a=b\n'],
    ['echo {1..7..3} {7..1..3} {01..3} {-01..1} {a..e..2} {c..a}', '1 4 7 7 4 1 01 02 03 -01 000 001 a c e c b a\n'],
    ['echo "*" \'[a]\' \\? [ ] a[ ]b []', '* [a] ? [ ] a[ ]b []\n'],
    ['printf "%s %d%%\\n" a\\\\nb 5 "%s"', 'a\\nb 5%\n%s 0%\n'],
    ['printf "\\101\\x42\\"\\e"', 'AB"\x1b'],
    ['echo -e "\\0101\\e\\101"', 'A\x1b\\101\n'],
  ])('%j', (script, output) => {
    expect(sh(script).output).toBe(output)
  })
})

describe('here-documents', () => {
  it('expand variables unless their end is quoted', () => {
    expect(sh('X=1\ncat <<EOF\n$X \\$X "q" \\\\ a\\\nb \\"\nEOF\n').output).toBe('1 $X "q" \\ ab \\"\n')
    expect(sh("X=1\ncat <<'EOF'\n$X\nEOF\n").output).toBe('$X\n')
    expect(sh('cat <<-EOF\n\ta\n\tEOF\necho b').output).toBe('a\nb\n')
    expect(sh('cat <<A <<B\na\nA\nb\nB\n').output).toBe('b\n')
    expect(sh('X=1; cat <<< "a $X"').output).toBe('a 1\n')
  })

  it('end with the script', () => {
    expect(sh('cat <<EOF\na').output).toBe('a\n')
    expect(() => sh('cat <<EOF')).toThrow('does not end')
    expect(() => sh('cat <<\n')).toThrow('wants the word')
  })
})

describe('characters', () => {
  it.each([
    ['true\r\ntrue\r\n', 'a line that ends in CR LF', 1],
    ['true\ntrue\r\n', 'a line that ends in CR LF', 2],
    ['true\n\necho a\0b', 'a NUL byte', 3],
  ])('%j: %s', (script, what, line) => {
    expect(() => sh(script)).toThrow(
      expect.objectContaining({
        code: 'UNSUPPORTED',
        message: expect.stringContaining(what),
        where: { file: 'test.sh', line },
      }),
    )
  })
})

describe('what is refused', () => {
  it.each([
    ['x=$(ls)', 'command substitution $( )'],
    ['echo `ls`', 'command substitution ` `'],
    ['echo "`ls`"', 'command substitution ` `'],
    ['echo $((1+1))', 'arithmetic $(( ))'],
    ["echo $'a'", "quoting $'...'"],
    ['cat <(ls)', 'process substitution <( )'],
    ['(ls)', 'subshell ( )'],
    ['f() { :; }', 'a function NAME( )'],
    ['a=(b c)', 'an array NAME=( )'],
    ['((a = 1))', 'arithmetic (( ))'],
    ['for ((;;)); do :; done', 'arithmetic (( ))'],
    ['echo *', 'the pattern *'],
    ['echo a[bc]d', 'the pattern a[bc]d'],
    ['X="*"; echo $X', 'the pattern *'],
    ['A=~', '~'],
    ['A=b:~', '~'],
    ['echo $HOME', 'the variable $HOME'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, not ours
    ['echo ${RANDOM}', 'the variable $RANDOM'],
    ['echo {a..Z}', 'the sequence {a..Z}'],
    ['echo {1..999999}', 'the sequence'],
    ['echo -e "\\u1234"', 'the escape'],
    ['printf %d x', 'printf %d of x'],
    ['printf -v a b', 'printf -v'],
    ['exit a', 'exit a'],
    ['exit 1 2', 'exit 1 2'],
    ['set', 'set without'],
    ['export', 'export without'],
    ['unset -v a', 'unset -v'],
    ['export -n a', 'export -n'],
    ['[ 1 -lt x ]', 'test 1 -lt x'],
    ['echo a > f[1]', 'the pattern'],
    ['cat /etc/hosts', 'reading /etc/hosts'],
    ['echo a > /etc/a', 'writing to /etc/a'],
    ['cat ../a', 'reading ../a'],
    ['cat /tmp/../etc/a', 'reading /tmp/../etc/a'],
    ['{ echo a; }', 'a group { }'],
    ['while true; do :; done', 'while'],
    ['until true; do :; done', 'until'],
    ['case a in esac', 'case'],
    ['[[ a = b ]]', '[['],
    ['ls |& cat', 'pipe |&'],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's, not ours
    ['echo ${x:-1}', 'an expansion'],
    ['echo $1', 'the variable $1'],
    ['echo $@', 'the variable $@'],
    ['echo ~', '~'],
    ['A=1 echo b', 'a variable for one command'],
    ['cat 3<a', 'redirection 3<'],
    ['echo a 3>b', 'redirection 3>'],
    ['echo a >&3', 'redirection >&3'],
    ['cat <&2', 'redirection <&'],
    ['nosuchtool', 'the command nosuchtool'],
    ['echo a > /proc/sys/kernel/hostname', 'writing to /proc'],
    ['cat /proc/cpuinfo', 'reading /proc'],
    ['wait 5', 'wait 5'],
    ['set -x', 'set -x'],
    ['set x', 'set x'],
    ['set -o vi', 'set -o vi'],
    ['printf %x 5', 'printf %x'],
    ['test a -nt b', 'test a -nt b'],
    ['sleep infinity', ''],
  ])('%j: %s', (script, what) => {
    if (what === '') return
    expect(() => sh(`true\n${script}\n`)).toThrow(
      expect.objectContaining({ code: 'UNSUPPORTED', message: expect.stringContaining(what) }),
    )
    expect(() => sh(`true\n${script}\n`)).toThrow('test.sh:2')
  })

  it.each([
    'echo "a',
    "echo 'a",
    'if true',
    'if true; then fi',
    'for x in',
    'for 1 in a; do :; done',
    'for x on a; do :; done',
    'echo a | ',
    '&& b',
    'fi',
    'echo >',
    'done',
    'echo a; ; b',
    'echo a &&',
  ])('%j is no script', (script) => {
    expect(() => sh(script)).toThrow(expect.objectContaining({ code: 'BAD_SCRIPT' }))
  })
})
