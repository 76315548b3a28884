import { describeAccounts } from './contract/accounts.js'
import { describeCancelling } from './contract/cancelling.js'
import { describeCatalog } from './contract/catalog.js'
import { describeFulfilment } from './contract/fulfilment.js'
import { describeIdempotencyKeys } from './contract/idempotency-keys.js'
import { describeParking } from './contract/parking.js'
import { describePlacing } from './contract/placing.js'
import { describeRepetition } from './contract/repetition.js'
import { shopsOf } from './contract/store-under-test.js'
import type { StoreUnderTest } from './contract/store-under-test.js'

/** What every order store promises. `get` gives the store of the whole suite; tests keep to accounts of their own. */
export function describeOrderStore(name: string, get: () => StoreUnderTest): void {
  const shop = shopsOf(get)
  describePlacing(name, shop)
  describeIdempotencyKeys(name, shop)
  describeCancelling(name, shop)
  describeFulfilment(name, shop)
  describeCatalog(name, shop)
  describeAccounts(name, shop)
  describeParking(name, shop)
  describeRepetition(name, shop)
}
