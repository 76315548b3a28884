/**
 * The order of the runs: every variant once per repetition, and every other repetition backwards, so that a machine
 * that grows slower or faster over the minutes favours nobody.
 */
export function interleave<Variant>(
  variants: readonly Variant[],
  repetitions: number,
): readonly { readonly variant: Variant; readonly repetition: number }[] {
  return Array.from({ length: repetitions }, (_, repetition) => {
    const order = repetition % 2 === 0 ? variants : [...variants].reverse()
    return order.map((variant) => ({ variant, repetition }))
  }).flat()
}
