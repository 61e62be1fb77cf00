/** The chosen theme, set before the page is drawn: a page that turns dark while one looks at it dazzles. */

import { chosen } from "./theme";

document.documentElement.dataset.theme = chosen();
