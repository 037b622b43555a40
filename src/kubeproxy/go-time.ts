const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const SECOND = 1_000_000_000

/** Virtual time, in nanoseconds since 1970, as Go writes it in JSON: `1970-01-01T00:00:01.5Z`. */
export function formatRfc3339(nanoseconds: number): string {
  const fraction = String(nanoseconds % SECOND)
    .padStart(9, '0')
    .replace(/0+$/, '')
  const [seconds] = at(nanoseconds).toISOString().split('.')
  return `${seconds}${fraction === '' ? '' : `.${fraction}`}Z`
}

/** The same as HTTP has it: `Thu, 01 Jan 1970 00:00:01 GMT`. */
export function formatHttpDate(nanoseconds: number): string {
  const time = at(nanoseconds)
  const two = (value: number): string => String(value).padStart(2, '0')
  const date = `${two(time.getUTCDate())} ${MONTHS[time.getUTCMonth()]} ${time.getUTCFullYear()}`
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()].map(two).join(':')
  return `${DAYS[time.getUTCDay()]}, ${date} ${clock} GMT`
}

function at(nanoseconds: number): Date {
  return new Date(Math.floor(nanoseconds / SECOND) * 1000)
}
