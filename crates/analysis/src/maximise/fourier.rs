//! Pictures by their spectrum, on colours that are independent of each other.
//!
//! Steps of equal size on every frequency of a spectrum that is scaled as natural pictures' are give smooth shapes, where steps on
//! pixels give high-frequency noise. Source: Olah, Mordvintsev and Schubert 2017, "Preconditioning".

use std::f64::consts::PI;

use advlab_core::InputShape;
use tch::{Device, Kind, Tensor};

use super::MaximiseParams;
use super::adam::Adam;
use crate::Result;

/// A root of the covariance of red, green and blue over ImageNet (Lucid, `lucid/optvis/param/color.py`): a row for each channel.
/// Its length is of no matter here, since the spectrum is scaled to a standard deviation.
const COLOURS: [[f64; 3]; 3] = [[0.26, 0.09, 0.02], [0.27, 0.00, -0.05], [0.27, -0.09, 0.03]];

/// Pictures `x = σ(logit(background) + A·irfft2(spectra))`; Adam moves the spectra, each frequency `f` at a rate in proportion to
/// `1/max(f, 1/max(H, W))`.
///
/// The paper has Adam move a spectrum before it is multiplied with these factors. That is the same, but for Adam's ε, since Adam does
/// not see what its gradients are multiplied with; and it saves two passes over the spectra in each step.
#[derive(Debug)]
pub(super) struct Fourier {
    shape: InputShape,
    /// `[N, C, H, W/2 + 1, 2]`, real and imaginary parts.
    spectra: Tensor,
    adam: Adam,
    /// One over the factors, `[H, W/2 + 1, 2]`.
    slowness: Tensor,
    /// `A`, `[3, 3]`; none for grey pictures.
    colours: Option<Tensor>,
    /// `logit(background)`.
    level: f64,
    /// What a blur multiplies spectra with, `[H, W/2 + 1, 2]`.
    blur: Option<Tensor>,
}

impl Fourier {
    /// From noise of the size that [`size`](Self::size) says for each picture. The factors are such that a spectrum of unit noise gives
    /// a picture of about unit noise, as far as the sigmoid is straight: so the start noise and the rate mean the same as on pixels.
    pub(super) fn new(params: &MaximiseParams, shape: InputShape, noise: &Tensor, options: (Kind, Device)) -> Self {
        let (height, width, half) = (shape.height, shape.width, shape.width / 2 + 1);
        let lowest = 1.0 / height.max(width) as f64;
        let (mut factors, mut blurs, mut variance) = (Vec::new(), Vec::new(), 0.0);
        for row in 0..height {
            for column in 0..half {
                let down = row.min(height - row) as f64 / height as f64;
                let frequency = down.hypot(column as f64 / width as f64);
                let factor = 1.0 / frequency.max(lowest);
                variance += (factor * twins(column, width) / (height * width) as f64).powi(2);
                factors.push(factor);
                blurs.push((-2.0 * (PI * frequency * params.blur).powi(2)).exp());
            }
        }
        let plane = |values: Vec<f64>| {
            let plane = Tensor::from_slice(&values).reshape([height, half, 1]).expand([height, half, 2], false);
            plane.contiguous().to_kind(options.0).to_device(options.1)
        };
        let b = params.background;
        let unit = 1.0 / (variance.sqrt() * b * (1.0 - b));
        let slowness = plane(factors.into_iter().map(|factor| 1.0 / (factor * unit)).collect());
        let spectra = noise / &slowness;
        let length = (COLOURS.as_flattened().iter().map(|c| c * c).sum::<f64>() / 3.0).sqrt();
        let colours = || Tensor::from_slice(COLOURS.as_flattened()).reshape([3, 3]) / length;
        Self {
            shape,
            adam: Adam::new(&spectra, params.rate),
            spectra,
            slowness,
            colours: (params.decorrelate && shape.channels == 3)
                .then(|| colours().to_kind(options.0).to_device(options.1)),
            level: (b / (1.0 - b)).ln(),
            blur: (params.blur > 0.0).then(|| plane(blurs)),
        }
    }

    /// Real and imaginary parts of one picture's spectrum: `[C, H, W/2 + 1, 2]`.
    pub(super) const fn size(shape: InputShape) -> [i64; 4] {
        [shape.channels, shape.height, shape.width / 2 + 1, 2]
    }

    /// The pictures, `[N, C, H, W]`.
    pub(super) fn pictures(&self) -> Result<Tensor> {
        let size = [self.shape.height, self.shape.width];
        let planes = self.spectra.f_view_as_complex()?.f_fft_irfft2(&size[..], [-2, -1], "backward")?;
        let mut planes = mix(planes, self.colours.as_ref())?;
        Ok(planes.f_add_scalar_(self.level)?.f_sigmoid_()?)
    }

    /// The gradient by the spectra of what has this gradient by the pictures: each step of [`pictures`](Self::pictures), transposed, in
    /// turn. Up to a positive number for each frequency, which Adam does not see.
    fn back(&self, pictures: &Tensor, gradient: &Tensor) -> Result<Tensor> {
        let planes = Tensor::f_sigmoid_backward(gradient, pictures)?;
        let planes = mix(planes, self.colours.as_ref().map(Tensor::tr).as_ref())?;
        Ok(planes.f_fft_rfft2(None::<&[i64]>, [-2, -1], "backward")?.f_view_as_real()?)
    }

    /// A step along gradients by the pictures.
    pub(super) fn step(&mut self, pictures: &Tensor, gradient: &Tensor) -> Result<()> {
        let gradient = self.back(pictures, gradient)?;
        self.adam.step(&mut self.spectra, &gradient, &self.slowness)
    }

    /// Adds noise to what comes before the sigmoid, in some of the pictures.
    pub(super) fn add(&mut self, rows: &Tensor, noise: &Tensor) -> Result<()> {
        let _ = self.spectra.f_index_add_(0, rows, &noise.f_div(&self.slowness)?)?;
        Ok(())
    }

    /// Blurs what comes before the sigmoid; beyond a border lies the picture's other side.
    pub(super) fn blur(&mut self) -> Result<()> {
        if let Some(blur) = &self.blur {
            let _ = self.spectra.f_mul_(blur)?;
        }
        Ok(())
    }
}

/// How often a column of half a spectrum is in the whole one: the mirror images of most are left out.
fn twins(column: i64, width: i64) -> f64 {
    if column == 0 || 2 * column == width { 1.0 } else { 2.0 }
}

/// Every pixel's three channels times a matrix.
fn mix(planes: Tensor, matrix: Option<&Tensor>) -> Result<Tensor> {
    let Some(matrix) = matrix else { return Ok(planes) };
    Ok(matrix.f_matmul(&planes.f_flatten(2, 3)?)?.f_view(planes.size().as_slice())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    const CPU: (Kind, Device) = (Kind::Double, Device::Cpu);

    fn fourier(channels: i64, height: i64, width: i64, change: fn(&mut MaximiseParams)) -> Fourier {
        let shape = InputShape { channels, height, width };
        let mut params = MaximiseParams::for_input(InputShape { channels: 3, height: 224, width: 224 });
        change(&mut params);
        let size = Fourier::size(shape);
        // An even spread of phases, as white noise would have on average.
        let noise = (Tensor::arange(2 * size.iter().product::<i64>(), CPU).square() * 0.7).sin() * 2.0_f64.sqrt();
        Fourier::new(&params, shape, &(noise.reshape([&[2], &size[..]].concat()) * params.start_sd), CPU)
    }

    #[test]
    fn unit_noise_gives_pictures_of_about_that_noise_around_the_background() {
        for (height, width) in [(32, 32), (64, 48), (33, 47)] {
            let pictures = fourier(3, height, width, |p| p.background = 0.3).pictures().unwrap();
            assert_eq!(pictures.size(), [2, 3, height, width]);
            let (mean, sd) = (pictures.mean(None::<Kind>).double_value(&[]), pictures.std(false).double_value(&[]));
            assert!((mean - 0.3).abs() < 0.05 && (0.01..0.04).contains(&sd), "{height}x{width}: {mean} {sd}");
        }
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        for (channels, height, width) in [(3, 6, 8), (1, 5, 7)] {
            let mut fourier = fourier(channels, height, width, |p| p.start_sd = 0.3);
            let pictures = fourier.pictures().unwrap();
            let weights = (Tensor::arange(pictures.numel() as i64, CPU) * 1.3).cos().reshape(pictures.size());
            let gradient = fourier.back(&pictures, &weights).unwrap();
            let value =
                |fourier: &Fourier| (fourier.pictures().unwrap() * &weights).sum(Kind::Double).double_value(&[]);
            for (row, column, part) in [(0, 0, 0), (1, 1, 0), (2, 2, 1), (4, 3, 1), (3, 1, 1)] {
                let at = [1, channels - 1, row, column, part];
                let coefficient = at.iter().fold(fourier.spectra.shallow_clone(), |tensor, index| tensor.get(*index));
                let _ = coefficient.shallow_clone().f_add_scalar_(1e-5).unwrap();
                let above = value(&fourier);
                let _ = coefficient.shallow_clone().f_sub_scalar_(2e-5).unwrap();
                let slope = (above - value(&fourier)) / 2e-5;
                let _ = coefficient.shallow_clone().f_add_scalar_(1e-5).unwrap();
                let own = gradient.double_value(&at) * twins(column, width) / (height * width) as f64;
                assert!((slope - own).abs() < 1e-6 * slope.abs().max(1.0), "{at:?}: {slope} {own}");
            }
            // A step goes up.
            let before = value(&fourier);
            fourier.step(&pictures, &weights).unwrap();
            assert!(value(&fourier) > before);
        }
    }

    #[test]
    fn a_blur_leaves_the_mean_and_takes_the_fine_shapes() {
        let rough = |x: &Tensor| (x.narrow(3, 1, 31) - x.narrow(3, 0, 31)).square().sum(Kind::Double).double_value(&[]);
        let mut fourier = fourier(1, 32, 32, |p| p.blur = 1.0);
        let before = fourier.pictures().unwrap();
        fourier.blur().unwrap();
        let after = fourier.pictures().unwrap();
        assert!(rough(&after) < 0.7 * rough(&before), "{} {}", rough(&after), rough(&before));
        assert!((after.mean(None::<Kind>) - before.mean(None::<Kind>)).abs().double_value(&[]) < 1e-3);
    }
}
