/** Users and groups that every Debian system has (base-passwd): names that `-m owner` reads; they are saved as numbers. */
const USERS =
  'root:0 daemon:1 bin:2 sys:3 sync:4 games:5 man:6 lp:7 mail:8 news:9 uucp:10 proxy:13 www-data:33 backup:34 list:38 irc:39 _apt:42 ' +
  'nobody:65534'
const GROUPS =
  'root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 voice:22 cdrom:24 ' +
  'floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 shadow:42 utmp:43 video:44 sasl:45 ' +
  'plugdev:46 staff:50 games:60 users:100 nogroup:65534'

function read(text: string): ReadonlyMap<string, number> {
  return new Map(
    text.split(' ').map((pair) => {
      const colon = pair.indexOf(':')
      return [pair.slice(0, colon), Number(pair.slice(colon + 1))]
    }),
  )
}

const users = read(USERS)
const groups = read(GROUPS)

/** The number of a user, or undefined. */
export function userByName(name: string): number | undefined {
  return users.get(name)
}

/** The number of a group, or undefined. */
export function groupByName(name: string): number | undefined {
  return groups.get(name)
}

/** The name of a user, or undefined. */
export function userByNumber(id: number): string | undefined {
  return nameOf(users, id)
}

/** The name of a group, or undefined. */
export function groupByNumber(id: number): string | undefined {
  return nameOf(groups, id)
}

function nameOf(names: ReadonlyMap<string, number>, id: number): string | undefined {
  for (const [name, number] of names) if (number === id) return name
  return undefined
}
