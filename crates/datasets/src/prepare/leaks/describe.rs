//! What of a picture does not change when it is rotated.
//!
//! The largest disc in the middle of the picture is read along rings, and each ring is written as a Fourier series in the angle. A
//! rotation by θ multiplies the k-th coefficient of every ring with e^(ikθ), a mirror image conjugates it. So the correlation of two pictures at
//! every angle at once is the Fourier series of one short row of products.

use std::f32::consts::TAU;
use std::sync::LazyLock;

use crate::prepare::rotate::Surrounded;
use crate::prepare::shrink::shrink;
use crate::prepare::{Border, Interpolation, Raster, Rotation, Size};

/// Side of the square that a picture is brought to.
const SIDE: usize = 96;
/// Rings of the disc.
pub(super) const RINGS: usize = 24;
/// Coefficients of each ring: 0 to 32 turns round it.
pub(super) const WAVES: usize = 33;
/// Points read along each ring.
const POINTS: usize = 256;
/// Radius of the outermost ring in units of half the side: within the disc that every rotation keeps.
const OUTERMOST: f32 = 0.96;

/// Coefficients of one picture, `[RINGS][WAVES]`.
#[derive(Clone, Debug)]
pub struct Rings {
    pub(super) re: Vec<f32>,
    pub(super) im: Vec<f32>,
}

/// Radius of a ring in pixels of the square.
pub(super) fn radius(ring: usize) -> f32 {
    (ring as f32 + 0.5) / RINGS as f32 * OUTERMOST * SIDE as f32 / 2.0
}

/// Cosine and sine of every point for every coefficient, `[WAVES][POINTS]`.
static TABLE: LazyLock<(Vec<f32>, Vec<f32>)> = LazyLock::new(|| {
    let angles = (0..WAVES).flat_map(|wave| (0..POINTS).map(move |point| (wave * point % POINTS) as f32 / POINTS as f32));
    angles.map(|part| ((TAU * part).cos(), (TAU * part).sin())).unzip()
});

impl Rings {
    /// Describes a picture: grey, the largest square in its middle.
    pub fn of(raster: Raster) -> Self {
        let square = square(raster.grey());
        let (cos, sin) = &*TABLE;
        let (mut re, mut im) = (Vec::with_capacity(RINGS * WAVES), Vec::with_capacity(RINGS * WAVES));
        let middle = (SIDE as f32 - 1.0) / 2.0;
        let mut values = [0.0; POINTS];
        for ring in 0..RINGS {
            for (point, value) in values.iter_mut().enumerate() {
                let (x, y) = (cos[POINTS + point], -sin[POINTS + point]);
                *value = bilinear(&square, middle + radius(ring) * x, middle + radius(ring) * y);
            }
            for wave in 0..WAVES {
                let row = wave * POINTS..(wave + 1) * POINTS;
                let sum = |table: &[f32]| table.iter().zip(&values).map(|(a, b)| a * b).sum::<f32>() / POINTS as f32;
                re.push(sum(&cos[row.clone()]));
                im.push(-sum(&sin[row]));
            }
        }
        Self { re, im }
    }
}

fn square(raster: Raster) -> Vec<f32> {
    let side = raster.width.min(raster.height);
    let (left, top) = ((raster.width - side) / 2, (raster.height - side) / 2);
    let white = raster.white;
    let levels = (0..side).flat_map(|y| &raster.levels[(top + y) * raster.width + left..][..side]).map(|v| v / white).collect();
    let cut = Raster { width: side, height: side, levels, white: 1.0, channels: 1 };
    let to = Size { width: SIDE as u32, height: SIDE as u32 };
    if side >= SIDE {
        return shrink(&cut, to).levels;
    }
    let rotation = Rotation::new(0.0, side, side, to, Interpolation::Bicubic);
    rotation.apply(&Surrounded::new(&cut, rotation.margin(), Border::Reflect)).levels
}

fn bilinear(square: &[f32], x: f32, y: f32) -> f32 {
    let (left, top) = (x as usize, y as usize);
    let (u, v) = (x - left as f32, y - top as f32);
    let row = |top: usize| {
        let pair = &square[top * SIDE + left..][..2];
        pair[0] + u * (pair[1] - pair[0])
    };
    row(top) + v * (row(top + 1) - row(top))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::prepare::{Plan};
    use advlab_core::Seed;

    fn compare(a: &Rings, b: &Rings, w: &[f32]) -> (f32, usize, bool) {
        let norm = |r: &Rings| -> f32 { (0..RINGS*WAVES).map(|i| { let d = if i % WAVES == 0 {1.0} else {2.0}; d*w[i]*(r.re[i]*r.re[i]+r.im[i]*r.im[i])}).sum::<f32>().sqrt() };
        let n = norm(a)*norm(b);
        let mut best=(-1.0,0,false);
        for flip in [false,true] {
            let mut g=[(0.0f32,0.0f32);WAVES];
            for i in 0..RINGS*WAVES { let k=i%WAVES; let bi = if flip {-b.im[i]} else {b.im[i]};
                // conj(a)*b
                g[k].0 += w[i]*(a.re[i]*b.re[i]+a.im[i]*bi);
                g[k].1 += w[i]*(a.re[i]*bi-a.im[i]*b.re[i]);
            }
            for t in 0..256 { let mut s=g[0].0; for k in 1..WAVES { let th=TAU*(k*t%256) as f32/256.0; s+=2.0*(g[k].0*th.cos()-g[k].1*th.sin()); }
                if s/n>best.0 {best=(s/n,t,flip);} }
        }
        best
    }

    #[test]
    fn experiment() {
        for set in ["objects","digits","texture","cells"] {
            let n=80;
            let pics: Vec<Raster> = (0..n).map(|i| match set {
                "objects" => { let v=crate::objects::picture_of(i%16,64,Seed::new(5).index(i as u64)); Raster::new(64,64,3,255.0,v.iter().map(|b| *b as f32).collect()) }
                "digits" => { let d=crate::digits::draw(crate::Split::Test,n,Seed::new(1),&advlab_core::Stop::default()).unwrap(); Raster::new(28,28,1,255.0,d.pixels()[i*784..(i+1)*784].iter().map(|b| *b as f32).collect()) }
                _ => { use rand::Rng; let mut g=Seed::new(7).index(i as u64).rng(); let s=128usize;
                    let (fx,fy,p):(f32,f32,f32)=(g.random::<f32>()*0.3,g.random::<f32>()*0.3,g.random::<f32>()*6.0);
                    let spots: Vec<(f32,f32,f32)> = (0..if set=="cells"{12}else{40}).map(|_| (g.random::<f32>()*128.0,g.random::<f32>()*128.0,2.0+g.random::<f32>()*8.0)).collect();
                    Raster::new(s,s,1,255.0,(0..s*s).map(|k| { let (x,y)=((k%s) as f32,(k/s) as f32); let mut v=40.0+10.0*(fx*x+fy*y+p).sin()+20.0*(1.0-((x-64.0).powi(2)+(y-64.0).powi(2))/8192.0); for (a,b,r) in &spots { v+=90.0*(-((x-a).powi(2)+(y-b).powi(2))/(2.0*r*r)).exp(); } (v+g.random::<f32>()*12.0).clamp(0.0,255.0).round() }).collect()) }
            }).collect();
            let rot=|r:&Raster,deg:f64,interp| { let to=Size{width:r.width as u32,height:r.height as u32}; let ro=Rotation::new(deg,r.width,r.height,to,interp); let mut o=ro.apply(&Surrounded::new(r,ro.margin(),Border::Black)); o.levels.iter_mut().for_each(|v| *v=v.round()); o };
            let rings: Vec<Rings>=pics.iter().map(|p| Rings::of(p.clone())).collect();
            let copies: Vec<Rings>=pics.iter().enumerate().map(|(i,p)| { let deg=[-10.0,-7.0,-3.0,1.0,5.0,8.5,97.0,180.0][i%8]; let mut c=rot(p,deg,Interpolation::Bilinear); if i%3==0 { c=shrink(&c,Size{width:c.width as u32/2,height:c.height as u32/2}); } Rings::of(c)}).collect();
            let mut mean=vec![0.0f32;RINGS]; for r in &rings { for j in 0..RINGS { mean[j]+=r.re[j*WAVES]/n as f32; } }
            let sub=|r:&Rings| { let mut r=r.clone(); for j in 0..RINGS { r.re[j*WAVES]-=mean[j]; } r };
            let rings: Vec<Rings>=rings.iter().map(sub).collect(); let copies: Vec<Rings>=copies.iter().map(sub).collect();
            let mut p=vec![0.0f32;RINGS*WAVES]; for r in &rings { for i in 0..p.len() { p[i]+=(r.re[i].powi(2)+r.im[i].powi(2))/n as f32; } }
            let pm=p.iter().cloned().fold(0.0,f32::max);
            for (alpha,eps) in [(0.0,1.0),(0.5,1e-3),(1.0,1e-2),(1.0,1e-3),(1.0,1e-4)] {
                let w: Vec<f32>=(0..p.len()).map(|i| radius(i/WAVES)*(p[i]/pm+eps).powf(-alpha)).collect();
                let mut c: Vec<f32>=(0..n).map(|i| compare(&rings[i],&copies[i],&w).0).collect(); c.sort_by(f32::total_cmp);
                let mut u: Vec<f32>=(0..n).flat_map(|i| (i+1..n).map(move |j| (i,j))).map(|(i,j)| compare(&rings[i],&rings[j],&w).0).collect(); u.sort_by(f32::total_cmp);
                let q=|v:&[f32],f:f32| v[((v.len()-1) as f32*f) as usize];
                println!("{set:8} a={alpha} e={eps}: copies min {:.3} 10% {:.3} med {:.3} | unrelated med {:.3} 75% {:.3} 99% {:.3} max {:.3}",c[0],q(&c,0.1),q(&c,0.5),q(&u,0.5),q(&u,0.75),q(&u,0.99),u[u.len()-1]);
            }
        }
    }
}
