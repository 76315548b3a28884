// What an installation of the chart's development profile runs beside the services: the images that a cluster needs for the tests.
// `node scripts/cluster-images.mjs` prints them.
import { argv } from 'node:process'
import { fileURLToPath } from 'node:url'

export const DEVELOPMENT_IMAGES = [
  'postgres:18',
  'softwaremill/elasticmq-native:1.7.1',
  'axllent/mailpit:v1.27.11',
]

if (argv[1] === fileURLToPath(import.meta.url)) console.log(DEVELOPMENT_IMAGES.join(' '))
