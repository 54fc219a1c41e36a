/**
 * The buttons of the template do nothing: this is what a shop's own script would do, and what it tells Prepaint, in the words
 * of `docs/events.md`. The cart's button orders what is in it.
 */
export const cart = `<script>
  const inCart = []
  const showCart = () => { document.querySelector('nav .badge').textContent = inCart.length }
  const productOf = (card) => {
    const name = card.querySelector('h5').textContent
    const [, price] = /\\$([\\d.]+)\\s*$/.exec(card.querySelector('.card-body').textContent)
    return { product_id: name.toLowerCase().replaceAll(' ', '-'), name, price: Number(price), currency: 'USD' }
  }
  const labels = {
    'View options': (product) => pp.track('Product Clicked', product),
    'Add to cart': (product) => {
      inCart.push({ ...product, quantity: 1 })
      showCart()
      pp.track('Product Added', inCart.at(-1))
    },
  }
  addEventListener('click', ({ target }) => labels[target.textContent]?.(productOf(target.closest('.card'))))
  document.querySelector('nav form').addEventListener('submit', (event) => {
    event.preventDefault()
    if (inCart.length === 0) return
    const products = inCart.splice(0)
    showCart()
    const total = products.reduce((sum, { price }) => sum + price, 0)
    pp.track('Order Completed', { order_id: crypto.randomUUID(), total, currency: 'USD', products })
  })
</script>`
