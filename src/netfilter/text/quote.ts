const PLAIN = /^[A-Za-z0-9_-]+$/
const ESCAPED = /["\\']/g

/**
 * A string as iptables-save prints it behind an option (libxtables/xtables.c, `xtables_save_string`): in quotes unless it is made of
 * letters, digits, `_` and `-` alone. Both quotes and the backslash are escaped, although only `"` needs it.
 */
export function quote(text: string): string {
  return PLAIN.test(text) ? text : `"${text.replace(ESCAPED, '\\$&')}"`
}
