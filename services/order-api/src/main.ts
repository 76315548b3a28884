import { readConfig } from '@comanda/shared/config'
import { runService } from '@comanda/shared/service'
import { Config } from './config.js'
import { startService } from './service.js'

await runService(async () => startService(readConfig(Config, process.env)))
