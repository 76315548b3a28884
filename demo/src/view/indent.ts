/** Sets a text apart from what stands around it. */
export function indent(text: string): string {
  return text.replaceAll(/^(?=.)/gm, '    ')
}
