import { describe, expect, it } from 'vitest'
import { parseLab } from '../../../src/commands/record/index.ts'

describe('parseLab', () => {
  const lab = parseLab(`# A story
# Lesson: a lesson.
ip netns add a
# another comment
ip link add vx type vxlan id 1 dstport 9999
# --- traffic ---
# said in passing

ip netns exec a nc -l 80 &
  true && false
true &&
ip netns exec a iptables-restore <<'END'
*filter
COMMIT
END
wait
`)

  it('takes the story from the top, and leaves the dividing line out of it', () => {
    expect(lab.story).toEqual(['A story', 'Lesson: a lesson.', 'another comment'])
    expect(parseLab('# --- traffic ---\n').story).toEqual([])
  })

  it('divides the set-up from the traffic', () => {
    expect(lab.setup).toContain('ip netns add a\n')
    expect(lab.setup).not.toContain('--- traffic ---')
  })

  it('numbers commands, keeps here-documents together, knows what runs in the background', () => {
    expect(lab.commands).toMatchObject([
      { n: 1, line: 'ip netns exec a nc -l 80 &', background: true },
      { n: 2, line: 'true && false', background: false },
      { n: 3, line: 'true &&', background: false },
      { n: 4, line: "ip netns exec a iptables-restore <<'END'\n*filter\nCOMMIT\nEND", background: false },
      { n: 5, line: 'wait', background: false },
    ])
  })

  it('knows the line of each command in the script', () => {
    const commands = parseLab('true\n# --- traffic ---\n\nx\ncat <<EOF\ny\nEOF\nz\n').commands
    expect(commands.map(({ lineNumber }) => lineNumber)).toEqual([4, 5, 8])
  })

  it('ends a here-document with the text if nothing else ends it', () => {
    expect(parseLab('# --- traffic ---\ncat <<EOF\nx').commands).toEqual([
      { n: 1, line: 'cat <<EOF\nx', lineNumber: 2, background: false },
    ])
  })

  it('knows the VXLAN ports', () => {
    expect([...lab.vxlanPorts]).toEqual([4789, 8472, 9999])
  })

  it('needs the dividing line', () => {
    expect(() => parseLab('true\n')).toThrow(expect.objectContaining({ code: 'BAD_LAB' }))
  })
})
