/** A product of the load: how much of it is there at the start. */
export interface LoadProduct {
  readonly sku: string
  readonly price: string
  readonly stock: number
}
export type Catalog = readonly LoadProduct[]

/** Enough of most, and too little of a few that many want. */
export const CATALOG: Catalog = [
  ...Array.from({ length: 24 }, (_, index) => ({
    sku: `PLENTY-${index + 1}`,
    price: `${index + 1}.${(index * 7) % 10}5`,
    stock: 10_000_000,
  })),
  ...Array.from({ length: 4 }, (_, index) => ({ sku: `HOT-${index + 1}`, price: '19.99', stock: 60 })),
]
